"""Signing in at the municipality's OpenID Connect provider, as RFC 8252 wants it of installed programs."""

from muni_archive.openid.desk import OpenIdDesk as OpenIdDesk
from muni_archive.openid.secret import desk_in as desk_in
