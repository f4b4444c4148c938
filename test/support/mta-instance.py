"""One running MTA of the harness with its next hop, told what to do by JSON lines on stdin.

  mta-instance.py HARNESS postfix|sendmail LISTENERS

LISTENERS is JSON: {name: settings}. For Postfix these are main.cf lines, for Sendmail `milters`, `F` and `T` of its filters.
Prints {"ports": {name: port}} when it accepts mail, then one line for each that it reads:
  {"find": tag}      -> [{"file", "from", "rcpt", "mail"}] of what the next hop has got with +tag@ in the envelope
  {"queue": tag}     -> names of the queues that hold such a message
  {"corrupt": true}  -> files that Postfix has given up on
  {"log": true}      -> the MTA's log
Ends, with everything that it has started, at the end of stdin.
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
from common import Scratch, Sink  # noqa: E402
from mta_postfix import Postfix  # noqa: E402
from mta_sendmail import Sendmail  # noqa: E402

# Local users, of whom Sendmail refuses those that do not exist; without aliases, which would need a database.
LOCAL_USERS = """\
MODIFY_MAILER_FLAGS(`LOCAL', `-A')dnl
MAILER(`local')dnl
"""

# As soon as a cleanup(8) process has had a message with a milter, it cuts header fields at 60,000 bytes (KLUDGE_HEADER_LIMIT in
# cleanup_message.c, so that libmilter can take them), those of all later messages as well, with or without a milter: which
# process a message gets would decide. With this limit it is so for every message.
POSTFIX = {'header_size_limit': '60000'}


def answer(mta, sink, question):
    if 'find' in question:
        return sink.find(question['find'])
    if 'queue' in question:
        tag = f"+{question['queue']}@"
        return [q['queue_name'] for q in mta.queue_list()
                if tag in q['sender'] + ''.join(r['address'] for r in q['recipients'])]
    if 'corrupt' in question:
        return mta.corrupt() if isinstance(mta, Postfix) else []
    return mta.log()


def main():
    kind, listeners = sys.argv[2], json.loads(sys.argv[3])
    scratch = Scratch('millrace-mta-')
    sink = Sink(scratch.path('sink'))
    if kind == 'postfix':
        mta = Postfix(scratch, sink.port, listeners, POSTFIX)
    else:
        mta = Sendmail(scratch, sink.port, listeners, LOCAL_USERS)
    try:
        mta.start()
        print(json.dumps({'ports': mta.ports}), flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(mta, sink, json.loads(line))), flush=True)
    finally:
        mta.stop()
        sink.close()
        scratch.close()


main()
