"""From the lecture to the grade in the LMS: a class folder, its students, what they hand in, where their grades go.

::

    folding ─► tables ─► roster, worksheet        late ─► config            who is in the class, what it asks for
    archives ─► gathering ─► naming, matching, choosing ─► placing ─► collecting            what students handed in
    constants, proving ─► varying                                            what is this class's own to answer
    dues ─► formserver, formgrading                                                       what a person marks
    dues ─► grades ─► moodle, canvas, sheets ─► exporting                                 where their grades go

`starting` makes a class folder, `bundle` the zips for students (and those of the site), `show` says on the console what
the others did. Nothing here runs a student's code, and nothing is imported before a command needs it.
"""
