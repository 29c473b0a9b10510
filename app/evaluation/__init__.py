"""Evaluation: experts judge what was admitted, a committee ranks it, and the line falls where the money ends.

Words: round (the evaluation of one stage of a call), expert, assignment (one expert to one application; its content
opens when no conflict is declared), individual report, consensus report of a rapporteur with each evaluator's view,
committee (moderator, panel members, observers), mark (a score set by the panel), ranking (frozen, voted on, adopted).

    stateDiagram-v2
        [*] --> experts_at_work
        experts_at_work --> panel: panel_opened
        panel --> experts_at_work: returned_to_experts
        panel --> adopted: ranking_adopted
        adopted --> informed: applicants_informed

    stateDiagram-v2
        [*] --> individual
        individual --> consensus: consensus_opened
        individual --> withdrawn: withdrawn
        consensus --> individual: reports_reopened
        consensus --> concluded: concluded
        consensus --> withdrawn: withdrawn
        concluded --> consensus: consensus_reopened
        concluded --> withdrawn: withdrawn

    stateDiagram-v2
        [*] --> assigned
        assigned --> open: no_conflict_declared
        assigned --> to_decide: possible_conflict_declared
        assigned --> conflict: conflict_declared
        assigned --> declined: declined
        assigned --> ended: ended
        to_decide --> open: allowed
        to_decide --> conflict: barred
        to_decide --> ended: ended
        open --> conflict: conflict_declared
        open --> declined: declined
        open --> ended: ended

    stateDiagram-v2
        [*] --> draft
        draft --> submitted: submitted
        draft --> voided: voided
        submitted --> draft: returned
        submitted --> voided: voided

    stateDiagram-v2
        [*] --> draft
        draft --> proposed: proposed
        proposed --> draft: revised
        proposed --> concluded: concluded
        concluded --> draft: reopened

    stateDiagram-v2
        [*] --> proposed
        proposed --> adopted: adopted
        proposed --> superseded: superseded

Use cases: start_evaluation, invite_experts, register_expert, leave_call, assign_expert, end_assignment,
decide_conflict, name_rapporteur, declare_conflict, decline_assignment, close_assignment, remind_late_experts,
seat_person (and unseat), open_panel (and return to the experts), set_mark (and
withdraw), decide_tie, record_capacity, propose_ranking, cast_vote, adopt_ranking (and mark_informed),
save_report, submit_report, return_report, void_report (a voided report ends its
assignment: another expert is appointed); open_consensus (of one application, or of all that are ready),
save_consensus, propose_consensus (and take it back), give_view, conclude_consensus, reopen_consensus (or the individual
reports, for a further expert), write_message, forget_expert.
"""
