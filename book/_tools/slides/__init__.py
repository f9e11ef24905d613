"""Slides of the chapters: reveal.js decks made from the notebooks, complete in one folder, for use without a network.

============  ==========================================================================================================
``words``     sentences of a text: cut apart, counted, cleaned of what only makes sense on a page
``chapter``   a notebook as sections of paragraphs, formulas, cells and boxes
``visuals``   what of these can be looked at on a slide
``slide``     one slide, and how much it may hold
``sections``  the slides a chapter's sections can give; cell metadata overrides the rule
``choose``    the rule: which of them are shown, and the slides every chapter has
``deck``      the slides as a notebook whose cells carry Jupyter's own ``slideshow.slide_type``
``pictures``  what cells draw, as files
``render``    nbconvert's slide exporter with the course's template, formulas drawn at build time
``assets``    reveal.js in Vietnamese, fonts, style sheets, pictures
``build``     all chapters of ``_toc.yml``; the command line
============  ==========================================================================================================

``make slides`` writes ``_build/slides/<slug>.html``. A cell's metadata ``"slideshow": {"slide_type": …}`` (Jupyter's
own, set by hand or in JupyterLab's property inspector) overrides the rule:

``slide``, ``subslide``   this cell certainly becomes a slide; ``"title"`` and ``"text"`` beside ``slide_type`` are its
                          headline and its text (Markdown, a point a line)
``fragment``              what the cell shows appears on the slide before it, with the next key
``notes``                 the cell's text is for the speaker only
``skip``                  nothing of the cell is shown

Without metadata a chapter gives good slides, too.
"""
