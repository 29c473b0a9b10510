"""Applications: what a consortium asks for and on what terms it was submitted.

Words: application (working copy with sections, budget, attachments), submission (an
immutable version with hash, instant of receipt and receipt document; the last one in
time counts), finding (a rule that does not hold, with place and figures), check (one of the three steps
admissibility, eligibility, exclusion; proposed by one officer, decided by another), clarification
request (a question of the office after the deadline; the submission stays as it is).

    stateDiagram-v2
        [*] --> draft
        draft --> submitted: submitted
        draft --> withdrawn: withdrawn
        draft --> not_submitted: not_submitted
        submitted --> submitted: submitted
        submitted --> withdrawn: withdrawn
        withdrawn --> submitted: submitted

Checks of the office:

    stateDiagram-v2
        [*] --> open
        open --> proposed: proposed
        proposed --> open: returned
        proposed --> passed: passed
        proposed --> failed: failed
        passed --> open: reopened
        failed --> open: reopened

Clarification requests:

    stateDiagram-v2
        [*] --> open
        open --> answered: answered
        answered --> accepted: accepted
        answered --> refused: refused
        open --> withdrawn: withdrawn
        open --> lapsed: lapsed

Use cases: start_application, save_section, save_budget, attach_file, change_partnership
(invite, answer, leave, remove), submit_application, withdraw_application, miss_deadline;
propose_check, propose_clean_checks, decide_check, confirm_checks, reopen_check, record_check,
declare_honour, ask_clarification (and withdraw it), answer_clarification, settle_clarification,
lapse_clarification, mark_decided, forget_application (its people, or its content too).
"""
