"""Reporting: what a consortium did and spent, what of it counts, and what is paid for it until the grant is closed.

Words: period (a stretch of the project after which is reported), periodic report (texts, indicators, one financial
statement for each partner), claimed cost (one line of a statement), verdict (accepted, reduced or rejected, by an
officer), correction (what the office asked for when it gave a report back, with its day), contribution (accepted costs at the rates of the call), calculation (what is due, step by step, frozen at the
decision), balance (final grant less what was paid; below zero it comes back).
The arithmetic is that of the budget; the terms are those of the agreement. Each partner's people fill in and sign their
own statement, the coordinator submits, somebody else decides; the payment circuit has its own four people.
A report is given back with a day until which it is corrected: its texts are open then and the statements that the
office named, whose signatures end; every other statement stays signed and closed. Late is counted from that day.

    stateDiagram-v2
        [*] --> due
        due --> draft: begun
        draft --> submitted: submitted
        submitted --> returned: returned
        returned --> submitted: submitted
        submitted --> accepted: accepted
        submitted --> rejected: rejected

What was paid too much is announced with the decision; the coordinator is heard before the note asks it back.

    stateDiagram-v2
        [*] --> announced
        announced --> answered: answered
        announced --> confirmed: confirmed
        announced --> lowered: lowered
        announced --> withdrawn: withdrawn
        answered --> confirmed: confirmed
        answered --> lowered: lowered
        answered --> withdrawn: withdrawn

Use cases: open_periods, move_periods (called by an amendment), save_technical_report (and report_indicators),
save_statement (and sign_statement), attach_certificate (and remove_certificate), submit_report, return_report,
assess_costs, decide_report, take_back_support (a payment to a third party that no report rests on), ask_prefinancing,
request_payment, request_interest, pay_interest (for a payment that came late, beside the grant),
write_prefinancing_letter, announce_recovery (called by decide_report), answer_recovery, decide_recovery, note_recovery,
waive_recovery, close_grant, verify_calculations,
request_portfolio_report. What each change begins with stands in use_cases/acting.py.
"""
