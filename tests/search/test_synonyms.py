"""Editors teach the search which words mean the same; no reindexing, no waiting."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from portal.audit.models import Event
from portal.search.actions import delete_synonym, save_synonym
from portal.search.models import Synonym
from portal.search.synonyms import known_synonyms

pytestmark = pytest.mark.django_db


def test_each_word_finds_the_others_at_once(gao):
    save_synonym(actor=gao, synonym=Synonym(words="吊脚楼, Stilt Houses，吊腳屋"))
    assert known_synonyms()["stilt houses"] == ("吊脚楼", "吊脚屋")
    delete_synonym(actor=gao, synonym=Synonym.objects.get())
    assert "stilt houses" not in known_synonyms()
    assert [event.action for event in Event.objects.order_by("pk")] == [
        "search.synonyms_saved",
        "search.synonyms_deleted",
    ]


def test_one_word_is_no_group_and_strangers_teach_nothing(gao, zhao):
    with pytest.raises(ValidationError):
        save_synonym(actor=gao, synonym=Synonym(words="竹海"))
    with pytest.raises(PermissionDenied):
        save_synonym(actor=zhao, synonym=Synonym(words="a, b"))


def test_the_admins_form_goes_through_the_action(client, gao):
    client.force_login(gao)
    url = Synonym.snippet_viewset.get_url_name
    assert client.post(reverse(url("add")), {"words": "a, b"}).status_code == 302
    synonym = Synonym.objects.get()
    assert client.post(reverse(url("edit"), args=[synonym.pk]), {"words": "a, c"}).status_code == 302
    assert client.get(reverse(url("list"))).status_code == 200
    assert client.post(reverse(url("delete"), args=[synonym.pk])).status_code == 302
    assert Event.objects.count() == 3


def test_strangers_do_not_open_it(client, zhao):
    client.force_login(zhao)
    assert client.get(reverse(Synonym.snippet_viewset.get_url_name("list"))).status_code in {302, 403}
