"""The filter that one writes first with pymilter: the body is collected in memory and goes back with a footer behind it.

    footer.py unix:PATH | inet:PORT@HOST

Like the one in C beside it, it knows nothing of MIME and negotiates every "no reply" bit that it can: pymilter
negotiates what its decorators say.
"""

import sys

import Milter

FOOTER = b"-- \r\nSent via example.org\r\n"


class Footer(Milter.Base):
    def __init__(self):
        self.chunks = []

    @Milter.noreply
    def body(self, chunk):
        self.chunks.append(chunk)
        return Milter.CONTINUE

    def eom(self):
        self.chunks.append(FOOTER)
        body = b"".join(self.chunks)
        self.chunks = []
        self.replacebody(body)
        return Milter.ACCEPT

    def abort(self):
        self.chunks = []
        return Milter.CONTINUE


Milter.factory = Footer
Milter.set_flags(Milter.CHGBODY)
Milter.runmilter("footer", sys.argv[1], 240)
