/** What runs when no configuration is given. It is read by the same code as a file, and `check --show` prints it. */
export const DEFAULT_CONFIG = `\
# Millrace's embedded default configuration. Copy it to a file and give that with -c to change it.
listen = ["inet:8890@127.0.0.1"]
on-error = "tempfail"

[[transform]]
use = "virus-scan"
engine = "builtin"                 # knows the EICAR test string only; use engine = "clamd" for real mail
on-infected = "reject"

[[transform]]
use = "strip-attachments"
extensions = ["exe", "com", "scr", "pif", "bat", "cmd", "js", "jse", "vbs", "vbe", "wsf", "hta", "msi", "jar", "iso", "lnk"]
on-match = "replace"
header = true                      # name what was removed in X-Attachment-Removed

[[transform]]
use = "footer"
text = "-- \\nThis message was processed by Millrace."
html = "<hr><p>This message was processed by Millrace.</p>"
on-signed = "skip"
`;

/** How error messages and `check` name it. */
export const DEFAULT_CONFIG_NAME = 'embedded default';
