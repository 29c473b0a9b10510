"""Organisations: legal entities, who speaks for them and what is known about them.

Words: organisation, PIC (nine digits, one organisation), legal form, SME status
(declared, with figures and their date), region (NUTS 2), platform registration
(a fact with evidence), representative, signatory, member, canonical organisation
(the one that another was merged into).

Lifecycle of the platform registration: none, requested, registered; set as evidence shows.
Use cases: register_organisation, update_organisation, record_platform_registration,
add_member, invite_member, remove_member, name_signatory.
"""
