"""Forty sentences that the patient-detail guard was never tuned against: 20 identify a person served, 20 don't.

They were written once, before the first rule. Don't change a rule because of what one of them shows, and don't change
a sentence because of what a rule does: a guard tuned on its own examples looks far better than it is. All are invented.
"""

PEOPLE = ("Dr. Imani Osei", "Elena Alvarez", "Sarah Lindholm", "Ben Carter", "Nadia Haddad")
EMAIL_DOMAINS = ("example.org",)
HOSTS = ("zoom.us",)

IDENTIFYING = (
    "Called Mrs. Delgado back twice before she agreed to the Thursday slot.",
    "Reached the mother at 312-555-0148 after the third try.",
    "The one we missed was J. Whitfield, born 4/17/1962.",
    "Chart 00482913 had no PHQ-9 on file.",
    "client came in on March 3rd and left before the screening",
    "Our oldest walk-in, 93, waited 40 minutes for a ride.",
    "He asked us to write to tomas.k@gmail.com instead of calling.",
    "SSN on the referral was 219 09 9999 so we could not match it",
    "Pt Harold Lindqvist declined the warm handoff, wants evenings only",
    "DOB 1987-11-02, came through the school referral.",
    "MRN: A-339871 still shows two open referrals",
    "Sent the reminder to 44 Larkspur Lane, Apt 3, letter came back",
    "Medicaid ID 5589012CK needed re-verification before we could book",
    "Dr. Osei's patient Keisha Brown was discharged 2/14 and never got the follow-up call",
    "the 91 year old gentleman in our pilot liked the large-print card",
    "Text went to +1 (646) 555 0192, no answer",
    "Maria G. said the interpreter line dropped twice, so we rebooked her intake",
    "Patient was seen 12 January 2026 and rescheduled to the 19th",
    "Jamal's grandmother told us the bus stops running at six",
    "Birthday is June 9, 2011; school nurse made the referral",
)

CLEAN = (
    "Nurse calls each no-show the same afternoon; we predict 6 of 10 rebook.",
    "We will try the new script with 5 callers on Tuesday and Wednesday.",
    "Median wait fell from 21 days to 14 after we opened Friday mornings.",
    "Screening rate 62 % (31/50) in January, 71 % (37/52) in February.",
    "Dr. Alvarez will train the front desk on 3/12 at noon.",
    "Run the huddle at 8:15 in room 204 for two weeks starting 2 March 2026.",
    "Patients aged 65 and over got the call first; 14 of 18 answered.",
    "Ask clients at check-in whether they want texts or calls; tick box on form 7-B.",
    "Sarah and Ben test the walk-in block with one clinician on Monday.",
    "95 of 120 charts had the safety plan; goal is 90 by June 30.",
    "Budget was $1,250 for bus passes, 50 passes at $25.",
    "The 2026 cohort has 12 teams from 4 states, ZIP-level data is not shared.",
    "We predict that 9 out of 10 patients say yes by 15 May.",
    "Join at https://zoom.us/j/94411223344 on Thursday, same link as last month.",
    "Extension 4410 was busy from 12-1, so we moved lunch.",
    "New consent form v2.3.1 replaces v2.2.0 on all 14 tablets.",
    "Clients seen within 72 hours: 18, 22, 25 over the last three weeks.",
    "Client satisfaction rose to 4.6 on 11/2025 survey, n=143",
    "Discharge calls between 9 and 11 reach more people than calls after 4 (40 % v. 22 %).",
    "PDSA 12: same-day slots 10-12, 3 per clinician, front desk keeps tally on paper.",
)
