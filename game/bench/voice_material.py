"""What the voices are tried with: lines that a recruiter says, and questions of two kinds."""

from __future__ import annotations

from game.bench.lips import LINES as SHORT_LINES

LINES = (
    *SHORT_LINES,
    "Welcome, and thank you for taking the time to speak with me this afternoon.",
    "Before we start, let me explain how the next half hour will go.",
    "Tell me about a project that you did together with others.",
    "What was the hardest part of it, and how did you deal with that?",
    "I see that you have worked in a hospital for several years.",
    "Suppose a customer is angry about something that was not your fault.",
    "How would you explain your work to a person who knows nothing about it?",
    "Thank you, that gives me a clear picture of what you did.",
    "Let me ask about something quite different now.",
    "When did you last change your mind about something important?",
    "We will write to you within two weeks, whatever the answer is.",
    "It is fine if nothing comes to mind, we can return to this later.",
    "Which of your strengths would help you most in this role?",
    "I am afraid I did not hear the end of that, could you say it once more?",
    "Describe a decision that you made without all the facts you wanted.",
    "Our office is near the river, about ten minutes from the station.",
    "What do you expect from the people you will be working with?",
    "That is a good point, and I had not thought of it before.",
    "Let me stop you there, so that we have time for everything.",
    "Thank you very much for your answers, and good luck with your next steps.",
)
"""Forty lines without names or figures, which recognisers spell in ways of their own."""

YES_OR_NO = (
    "Did you enjoy your studies?",
    "Have you worked in a team before?",
    "Could you tell me more about that?",
    "Would you like to start now?",
    "Is there anything you would like to ask?",
    "Are you comfortable with this pace?",
    "Can you give me an example?",
    "Do you have any questions for me?",
    "Was that a difficult decision?",
    "Shall we move on?",
    "Would you do it again?",
    "Have you ever led a project?",
    "Are you happy in your current job?",
    "Did they accept your proposal?",
    "Is that what you expected?",
    "Would you like another question?",
    "Do you speak any other languages?",
    "Has that ever happened to you?",
    "Were you able to finish it in time?",
    "Nothing coming?",
)
"""Questions that rise."""

WH_QUESTIONS = (
    "What did you enjoy most about your studies?",
    "Why do you want to leave your current job?",
    "How would a good friend describe you?",
    "Where do you see yourself in five years?",
    "What was your part in it?",
    "Who did you work with?",
    "When did you notice the problem?",
    "How did your manager react?",
    "What would you do differently today?",
    "Which part was the hardest?",
    "How do you handle pressure?",
    "What made you apply for this position?",
    "Why did you choose this company?",
    "How long did that take?",
    "What do you know about our products?",
    "Where did you learn that?",
    "Who made the final decision?",
    "What happened then?",
    "And how did you solve it?",
    "What are your greatest strengths?",
)
"""Questions that fall."""
