"""Terms to lean towards: where they come from, and how they are probably spoken."""

from __future__ import annotations

import pytest

from perception.speech.g2p import phones_of
from perception.speech.vocabulary import MOST_TERMS, Vocabulary, names_in

CV = """Curriculum Vitae
Mary O'Brien

Experience
2019-2023: Software engineer at Northwind Traders in Galway. Built a billing service in
JavaScript and PostgreSQL. Ran it on AWS with two colleagues.
Education: Trinity College Dublin, computer science.
Skills: C++, SQL, public speaking. Languages: English, Irish.
"""


def test_names_and_terms_are_found_in_a_cv() -> None:
    found = names_in(CV)
    for term in ("Northwind Traders", "Galway", "JavaScript", "PostgreSQL", "AWS", "C++", "SQL"):
        assert term in found
    assert "Trinity College Dublin" in found
    assert not {"Built", "Ran", "Experience", "Skills", "Curriculum", "computer"} & set(found)


def test_terms_are_kept_once_in_order_and_sentences_left_out() -> None:
    terms = Vocabulary.of(
        ["Acme", " acme ", "C++", "x", "42"], ["a b c d e", "Amazon Web Services,"]
    )
    assert terms.terms == ("Acme", "C++", "Amazon Web Services")
    assert not Vocabulary()
    assert len(Vocabulary.of(f"term{n}" for n in range(300)).terms) == MOST_TERMS


DICTIONARY = {"java": "JH AA V AH", "script": "S K R IH P T", "web": "W EH B", "us": "AH S"}


@pytest.mark.parametrize(
    ("term", "phones"),
    [
        ("Web", "W EH B"),
        ("JavaScript", "JH AA V AH S K R IH P T"),
        ("javascript", "JH AA V AH S K R IH P T"),
        ("SQL", "EH S K Y UW EH L"),
        ("US", "Y UW EH S"),
        ("C++", "S IY P L AH S P L AH S"),
        ("Kubernetes", "K UW B ER N EH T IY Z"),
        ("Zendesk", "Z EH N D EH S K"),
        ("Node", "N OW D"),
        ("web script", "W EH B S K R IH P T"),
        ("日本", ""),
    ],
)
def test_a_term_has_the_phones_it_is_spoken_with(term: str, phones: str) -> None:
    assert " ".join(phones_of(term, DICTIONARY.get)) == phones


def test_a_book_for_a_cv_is_looked_through_at_its_beginning() -> None:
    text = " and then Trinity College and so on" * 10_000
    found = names_in("He went to Paris." + text + " with Heidelberg")
    assert found == ("Paris", "Trinity College")
