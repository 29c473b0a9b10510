"""Partnerships: who applies together.

Words: partnership (consortium of one application and later of its grant; both share
one id), partner (an organisation in it), coordinator, affiliated entity, associated
partner. An organisation is invited, by name or by e-mail, and answers for itself.

    stateDiagram-v2
        [*] --> invited
        invited --> accepted: accepted
        invited --> declined: declined
        invited --> removed: removed
        accepted --> left: left
        accepted --> removed: removed
        declined --> invited: invited_again
        left --> invited: invited_again
        removed --> invited: invited_again

Use cases: form_partnership, invite_partner, answer_invitation, end_participation, forget_invited.
"""
