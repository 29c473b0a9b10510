"""Reference data: facts about countries and regions, dated, with source and confidence.

Words: *country* (code as the EU writes it: EL, UK, XK), *country list* (Member States, COSME,
Horizon 2020, EEA EFTA), *region* (NUTS 2, versions 2013, 2016, 2021), *region category*
(period 2014-2020), *lump sum* (monthly ceiling of an exchange, by host country),
*reference rate* (of the central bank, on which interest for late payment rests).
Lifecycle: none. The data are the CSV files in ``data/``, read once, never written.
Each row holds from ``valid_from`` to ``valid_to`` (both included, empty = open) and says how
far it is trusted: ``official``, ``mirror``, ``deck`` or ``assumed``. A country row starts with
the period these data vouch for, not with the country. A region without a row in
``region_categories.csv`` has no known category: an officer decides.
"""
