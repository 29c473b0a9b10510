"""Applications: what a consortium asks for and on what terms it was submitted.

Words: application (working copy with sections, budget, attachments), submission (an
immutable version with hash, instant of receipt and receipt document; the last one in
time counts), finding (a rule that does not hold, with place and figures).

    stateDiagram-v2
        [*] --> draft
        draft --> submitted: submitted
        draft --> withdrawn: withdrawn
        draft --> not_submitted: not_submitted
        submitted --> submitted: submitted
        submitted --> withdrawn: withdrawn
        withdrawn --> submitted: submitted

Use cases: start_application, save_section, save_budget, attach_file, change_partnership
(invite, answer, leave, remove), submit_application, withdraw_application, miss_deadline.
"""
