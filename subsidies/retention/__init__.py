"""保存年限と廃棄: how long a case's papers are kept, what holds them, and their disposal.

A case that has ended is kept under its ward's class and years, counted from the 1 April after the
fiscal year in which it ended. A hold stops the disposal. What is disposed of loses everything that
tells of a person or a firm's plans; the figures, the numbers and the audit trail stay.
"""
