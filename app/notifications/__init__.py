"""Notifications: who hears of what, and what a person has to do next.

Words: letter (which message an event leads to), circle (everyone an event may concern),
message (one e-mail to one address, kept until sent), reminder (before a deadline),
task (something that waits for the person, with who acts and by when).

    stateDiagram-v2
        [*] --> queued
        queued --> sending: claimed
        sending --> sending: claimed
        sending --> sent: delivered
        sending --> queued: deferred
        sending --> failed: given_up

Use cases: notify_of_event, remind_of_deadline, remind_experts, remind_of_reports, write_letter, post_message,
send_message.
"""
