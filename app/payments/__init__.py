"""Payments: from what is due to what the bank has booked, by four different people.

Words: payment (one amount to one organisation, of one commitment), sheet (the steps that explain its amount), circuit
(initiated, verified, authorised, released: each by another person), bank account (validated by a second person; a
change is a new row), file for the bank (pain.001; a payment is in one file only), statement line (what the bank
booked; matched to a payment it pays it, set aside with a reason it is none), status report (what the bank says of
payments before it books them: it moves no money, what it rejects is reported as missing), missing (one person says that the bank never paid, another confirms it;
only then is the amount free), claim (what is due once: its attempts, of which one at most is under way or paid),
suspension (the time limit stands still and its days are added).
Three guards keep a commitment from being exceeded: the rule under the lock of the commitment, a trigger that counts
under the same lock, and the ledger's own constraints when the bank has booked.
The area knows no calls: who initiates names the programme, and the permission to initiate is the caller's.

    stateDiagram-v2
        [*] --> initiated
        initiated --> verified: verified
        initiated --> returned: returned
        initiated --> cancelled: cancelled
        verified --> authorised: authorised
        verified --> returned: returned
        authorised --> released: released
        authorised --> returned: returned
        returned --> initiated: sent_again
        returned --> cancelled: cancelled
        released --> paid: paid
        released --> missing: reported_missing
        missing --> released: at_the_bank
        missing --> paid: paid
        missing --> failed: confirmed_missing
        paid --> failed: failed
        failed --> paid: paid

    stateDiagram-v2
        [*] --> proposed
        proposed --> validated: validated
        proposed --> refused: refused
        proposed --> replaced: replaced
        validated --> replaced: replaced

    stateDiagram-v2
        [*] --> open
        open --> matched: matched
        open --> aside: set_aside
        open --> proposed: proposed_to_set_aside
        proposed --> matched: matched
        proposed --> aside: confirmed
        proposed --> open: taken_up_again
        aside --> open: taken_up_again

Use cases: propose_bank_account, decide_bank_account, initiate_payment (also resubmit_payment; both called by the area
that knows what is due, and to whom), verify_payment, authorise_payment, return_payment, cancel_payment,
suspend_payment (also resume_payment), release_payments, record_statement, match_line, record_paid (called by both),
settle_line (called where money comes back; also tie_line), set_line_aside (also confirm_line, take_up_line),
fail_payment, report_missing (also confirm_missing, find_payment), record_report (also record_message, for whichever
file the bank sent), forget_holders, verify_payments.
"""
