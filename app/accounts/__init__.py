"""Accounts: people, how they sign in and what they may do.

Words: person, sign-in session (server-side), invitation (signed link), role assignment (role
in a scope: platform, programme, call, organisation, application), API token (shown once),
second factor (a device with one-time codes), step-up (the second step confirmed within ten minutes),
delegation (a colleague may act for somebody for a time, with the other's roles and in both names).

Invitation: open, then accepted, withdrawn or expired. Signed links (open_link) are bound to the password they were made for.
Who has a second factor gets no session by the password: a signed cookie asks for the code, and the code opens the session.
Use cases: register_person, confirm_email, sign_in, sign_in_with_code, sign_out, reset_password (and request_password_reset),
change_password, update_person, invite_person (and withdraw_invitation), accept_invitation (and accept_by_registering),
assign_role, revoke_role, deactivate_person (and reactivate_person), erase_account (and release_name), create_api_token (and revoke_api_token),
enrol_second_factor (and confirm_second_factor), confirm_second_step, new_recovery_codes, remove_second_factor,
delegate_tasks (and end_delegation), act_for (and stop_acting).
"""
