"""What understanding knows of an interview, and whether candidates' questions find their topics."""

from __future__ import annotations

from collections import Counter

import pytest

from dialogue.conduct.context import context_of, context_of_role, usual_asks
from dialogue.content.employer import load_employer
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from dialogue.understanding.embedding import embedder
from dialogue.understanding.topics import PROGRAM, TopicFinder

ROLES = (
    "graduate_trainee",
    "nurse",
    "sales_assistant",
    "software_developer",
    "university_admission",
)

ASKED: dict[str, tuple[tuple[str, str], ...]] = {
    "nurse": (
        ("How many days off would I have per year?", "holidays"),
        ("and what do you pay your nurses", "pay"),
        ("what are the night shifts like?", "hours"),
        ("How many patients will I be responsible for?", "staffing"),
        ("Could I go on courses?", "training"),
        ("Where do I park?", "getting_here"),
        ("When do you think I'll hear something?", "next_steps"),
        ("what happens if i get ill", "sick_pay"),
        ("Could you describe what I would do on a usual day?", "typical_day"),
        ("What's the most demanding thing about this ward?", "challenges"),
        ("Who would be in charge of me?", "manager"),
        ("Could I become a senior nurse one day?", "promotion"),
        ("is it a permanent job or only for some months", "contract"),
        ("Why did the nurse before me go?", "vacancy"),
        ("How long have you been at this hospital?", "recruiter"),
        ("Do I get a uniform or do I bring my own?", "uniform"),
        ("when could i begin", "start_date"),
    ),
    "sales_assistant": (
        ("How much is it an hour?", "pay"),
        ("Would I have to come in on Sundays?", "hours"),
        ("How many people are there in the shop team?", "team"),
        ("how much holiday would i have", "holidays"),
        ("Is there a discount for people who work here?", "benefits"),
        ("What would happen on the first day?", "first_day"),
        ("Are there sales targets for each of us?", "targets"),
        ("Can I change a shift with a colleague?", "flexibility"),
        ("When do you decide?", "next_steps"),
        ("How many others have applied?", "applicants"),
        ("What do you expect from a new person?", "expectations"),
        ("do you like it here yourself", "recruiter"),
        ("What do I do if I'm sick?", "sick_pay"),
    ),
    "software_developer": (
        ("Which languages do you program in?", "tech_stack"),
        ("What's the salary range?", "pay"),
        ("do you do code reviews and how do you test", "way_of_working"),
        ("Can I work remotely some days?", "remote"),
        ("Would I be woken up at night when the server is down?", "on_call"),
        ("How big is the development team?", "team"),
        ("How do you bring new developers up to speed?", "first_weeks"),
        ("Is there a budget for conferences?", "training"),
        ("What does the product do exactly?", "product"),
        ("How many interviews will there be?", "process"),
        ("what would a normal day look like for me", "typical_day"),
        ("How many days of holiday are there?", "holidays"),
        ("What would be the next career step from here?", "career"),
        ("Why is this position open?", "vacancy"),
        ("Who will tell me if I do well?", "appraisal"),
        ("how long are you with the company already", "recruiter_time"),
    ),
    "graduate_trainee": (
        ("Which departments will I go through?", "programme"),
        ("How many other trainees will there be?", "cohort"),
        ("What does a trainee get paid?", "pay"),
        ("Is there somebody who looks after me?", "manager"),
        ("What happens once the two years are over?", "career"),
        ("How do people get along with each other here?", "culture"),
        ("When does the next programme begin?", "start_date"),
        ("Would I have to move? Where is the office?", "location"),
        ("How many people want this place?", "applicants"),
        ("What will be the hardest thing for me?", "challenges"),
        ("What do you like best about your company?", "recruiter_likes"),
        ("how many days off do i get in the first year", "holidays"),
    ),
    "university_admission": (
        ("How much do you charge for a year?", "fees"),
        ("Could I get a scholarship?", "funding"),
        ("how much do people spend on rent", "housing"),
        ("Which modules would I take?", "course"),
        ("How big are your seminar groups?", "typical_day"),
        ("What happens when I fail an exam?", "assessment"),
        ("How often would I see my personal tutor?", "teachers"),
        ("Is there a counsellor I could see?", "support"),
        ("Do you have an orchestra?", "clubs"),
        ("Do most students have a part-time job?", "student_jobs"),
        ("Which countries could I go to for an exchange?", "placement"),
        ("what if i miss my grades by one", "requirements"),
        ("Could I take a gap year before I come?", "start_date"),
        ("When will you tell me whether I've got a place?", "next_steps"),
        ("How many applicants get an offer?", "places"),
        ("Where do your graduates work now?", "career"),
        ("Are your lectures put online afterwards?", "remote"),
    ),
}
"""Questions that stand in no brief and not among the usual ones, and their topics."""


def test_the_usual_asks_are_of_topics_that_briefs_have_and_each_leads_to_one() -> None:
    briefs = {role: load_employer(role) for role in ROLES}
    known = {t.id for brief in briefs.values() if brief is not None for t in brief.topics}
    usual = usual_asks()
    assert set(usual) - {"unknown", PROGRAM} <= known and PROGRAM not in known
    for brief in briefs.values():
        assert brief is not None
        forms = [ask.lower() for t in brief.topics for ask in usual.get(t.id, ())]
        twice = [ask for ask, count in Counter(forms).items() if count > 1]
        assert not twice, f"{brief.name}: two topics are asked for alike"
        assert sum(t.id in usual for t in brief.topics) > 0.85 * len(brief.topics)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "asked",
    [
        "Are you a bot?",
        "wait is this an AI",
        "Am I speaking to a real person here?",
        "ur not human",
    ],
)
def test_whoever_asks_what_she_is_can_be_told(role: str, asked: str) -> None:
    finder = TopicFinder(context_of_role(role).topics, embedder())
    found = finder.find(asked)
    assert found is not None and found[0] == PROGRAM


def test_questions_in_other_words_find_their_topics() -> None:
    wrong = []
    for role, asked in ASKED.items():
        context = context_of(plan_of(load_interview(role), 2), load_employer(role))
        finder = TopicFinder(context.topics, embedder())
        forms = {ask.lower() for topic in context.topics for ask in topic.asks}
        for question, topic in asked:
            assert question.lower().rstrip("?") not in forms, "it has to be in other words"
            found = finder.find(question)
            if found is None or found[0] != topic:
                wrong.append((question, topic, found))
    assert len(wrong) <= 0.1 * sum(map(len, ASKED.values())), wrong


@pytest.mark.parametrize("role", ROLES)
def test_what_no_brief_tells_finds_nothing(role: str) -> None:
    context = context_of(plan_of(load_interview(role), 2), load_employer(role))
    finder = TopicFinder(context.topics, embedder())
    questions = (
        "Would you help me with a visa?",
        "What do you think about assisted dying?",
        "Who won the match yesterday?",
        "Can you lend me your pen?",
        "Can I bring my dog to the night shift?",
        "Is there a church in the building?",
        "Who designed the logo of your shop?",
        "Does the company have a football team?",
    )
    found = [(q, finder.find(q)) for q in questions]
    assert sum(f is not None and f[0] != "" for _, f in found) <= 1, found
