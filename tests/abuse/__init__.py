"""What people may try, what stands against it, and the test that shows it.

| threat | control | test |
|---|---|---|
| false reports, brigading | one report per person and message, one open case, limits | `test_false_reports` |
| fabricated screenshot | provenance A, B, C on every exhibit and wherever it is shown | `discord/test_provenance` |
| rogue committee member | a second person; taken back; seen when by hand | `test_removals`, `*/test_removals` |
| accused on the committee, or an officer | the case does not exist for them; it goes to the Union | `test_accused` |
| retaliation | the reporter is shown to the Union only | `discord/test_retaliation` |
| stale power after handover | seats end by date, and are looked up at the press | `test_stale_power` |
| forged or replayed buttons | random ids, authority and place checked at the press | `test_buttons` |
| anonymous administrators, channels | no identity, no power | `test_powers` |
| mention and markup injection | one gateway out for each platform | `discord/`, `telegram/test_injection` |
| unicode tricks | shown raw, hidden characters visible | `tests/evidence/test_picture.py` |
| flood | full lines shed no report; linear-time matching | `discord/test_flood`, `bench/flood.py` |
| membership probing | the same words and work for every number | `test_codes`, `bench/probing.py` |
| guessing a code | limits a code, an account, a membership, in the database | `test_codes`, `*/test_codes` |
| broken access control | one table of powers, nothing open without a row | `test_powers` |
| lists that mean harm | caps on bytes, rows, columns; formulas defused | `tests/rosters/`, `bench/roster.py` |
| hostile images | by content, confined, views without EXIF | `*/test_provenance`, `tests/evidence/test_images` |
| requests forged through us | the platforms' file hosts only, no redirects, no links | `discord/test_requests` |
| secrets in logs, forged log lines | redaction, one event a line | `discord/test_secrets`, `tests/test_logs.py` |
| post, then delete | captured in the transaction of the report | `tests/stories/*/test_flagging.py` |
| raid of joins | nobody unverified enters | `tests/stories/*/test_lockdown.py` |
| tampering, erasure | hash chain, sealed bytes, keys destroyed | `tests/keeping/`, `tests/stories/*/test_erasing.py` |
| magic links eaten by scanners | there are none: a code is typed | – |

`ABUSE=full` runs the figures at their full size; without it they are bounded, so that every run can afford them.
"""

import os


def many(some: int, full: int) -> int:
    """How often to try: some, or with `ABUSE=full` as often as the promise says."""
    return full if os.environ.get("ABUSE") == "full" else some
