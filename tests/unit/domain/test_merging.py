from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.merging import Description, differences, merge

texts = st.sampled_from(["", "أ", "ب", "ج"])
descriptions = st.builds(
    Description,
    record_class=st.sampled_from(["building_file", "correspondence"]),
    department=texts,
    title=texts,
    page_ids=st.sampled_from([("p1",), ("p1", "p2"), ()]),
    file_reference=st.none() | texts,
    date=st.none() | st.just("2020-01-01"),
    metadata=st.dictionaries(st.sampled_from(["parcel", "block"]), texts.filter(bool)),
    registered=st.booleans(),
)


@given(descriptions, descriptions)
def test_what_one_side_alone_changed_is_taken(base, changed):
    for outcome in (merge(base, base, changed), merge(base, changed, base)):
        assert differences(outcome.merged, changed) == ()
        assert outcome.disputed == ()


@given(descriptions, descriptions, descriptions)
def test_only_fields_that_both_changed_differently_are_disputed(base, ours, theirs):
    outcome = merge(base, ours, theirs)
    both = set(differences(base, ours)) & set(differences(base, theirs)) & set(differences(ours, theirs))
    assert set(outcome.disputed) == both
    for name in both:
        assert outcome.merged.fields().get(name) == ours.fields().get(name)


@given(descriptions, descriptions, descriptions)
def test_merging_loses_nothing_that_is_not_disputed(base, ours, theirs):
    outcome = merge(base, ours, theirs)
    merged = outcome.merged.fields()
    for name in set(differences(base, theirs)) - set(outcome.disputed):
        assert merged.get(name) == theirs.fields().get(name)
    for name in differences(base, ours):
        assert merged.get(name) == ours.fields().get(name)


def test_an_emptied_field_stays_empty():
    base = Description(record_class="c", department="d", title="t", metadata={"parcel": "1"})
    emptied = Description(record_class="c", department="d", title="t")
    dated = Description(record_class="c", department="d", title="t", metadata={"parcel": "1"}, date="2020-01-01")
    merged = merge(base, emptied, dated).merged
    assert (dict(merged.metadata), merged.date) == ({}, "2020-01-01")
