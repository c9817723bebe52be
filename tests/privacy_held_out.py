"""Eighty sentences that the patient-detail guard was never tuned against: 40 identify a person served, 40 don't.

The first forty were written before the first rule, the later forty after the rules were frozen; each once, and all by
the author of the rules, so of what others write it will catch less. Don't change a rule because of what one of them
shows, and don't change a sentence because of what a rule does. All people are invented.
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

LATER_IDENTIFYING = (
    "We got hold of Terrence Boyd's daughter, she will bring him Friday.",
    "LM for Yolanda at 773 555 0162 x2, will try her work line next",
    "Intake for D. Nakamura (3/22/85) took 50 minutes, mostly insurance",
    "Mr Abernathy said the texts come too late in the evening",
    "case# 2214-0087 was closed by mistake and had to be reopened",
    "the gentleman who turned 92 last week needs a ride every time",
    "Emailed the portal link to kdawson88@yahoo.com, bounced",
    "Pt. was hospitalized 1/18-1/22 and we found out from the sister",
    "She moved to 1809 Greenbrier Rd so the outreach van can't reach her",
    "Miguel, our first warm handoff, showed up for all four visits",
    "last 4 of social 4471, DOB matches, still two records in the EHR",
    "Client (DOB: Nov 30 1990) asked for a female clinician",
    "foster mom of the 7 y/o, Denise Purcell, wants Saturday hours",
    "Medicare # 1AB2-CD3-EF45 rejected, staff spent an hour on hold",
    "on 04/02/2026 the patient in room 6 walked out before the PHQ",
    "Ms. Tran-Whitley prefers Vietnamese and evening calls",
    "a 101-year-old veteran tested the phone visit with us, loved it",
    "kid from Lincoln Middle, 8th grade, only one in the wheelchair, refused the screen",
    "Her cell is (208)555-0119, best after 3",
    "Patient ID 0093318 got two reminders for one appointment",
)

LATER_CLEAN = (
    "If we hand the card over in person, 7 of 8 will keep visit two.",
    "Calls on 3/4, 3/11 and 3/18; 22 reached, 9 voicemail, 4 wrong numbers.",
    "Two medical assistants trialed the huddle sheet for one shift.",
    "Our no-show rate went 31, 29, 27, 27, 24 since January.",
    "Patients who got both texts came 88 % of the time, the others 69 %.",
    "Grant covers $48,500 through 30 September 2026.",
    "Marisol from the front desk and Jo from peer support ran it together.",
    "The ride fund bought 200 tickets, 140 used by May 1.",
    "Average age of callers was 41, range 18 to 93.",
    "We moved the 9:30 huddle to 8:45-8:55, rooms 3 and 5.",
    "Form 1040 is no longer asked for; box 12 on page 3 was dropped.",
    "Clients said the waiting room felt colder than 60 degrees, so facilities came on Tuesday.",
    "Interpreter booked for 4 visits; Vietnamese 2, Somali 1, Spanish 1.",
    "Clinic at Main and 4th opens 7-19 on weekdays.",
    "One person at a time: Monday one caller, Tuesday three, Wednesday all.",
    "We used the CSSRS and GAD-7 with everyone over 12.",
    "Dr. Whitcomb asked that labs be ordered before the first visit.",
    "The patient portal message template was shortened from 300 to 90 words on 6 April.",
    "Prediction: 15/20 parents return the SNAP-IV within 10 days.",
    "Learning session 2 is 12-13 May 2026, hotel block code 448812.",
)
