#!/usr/bin/env python3
"""Emacs with eglot, set up as docs/editors.md says: is told the finding, applies the fix, saves, and is told of silence.

    emacs.py --emacs PROGRAM --sflint PROGRAM
"""
import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import project  # noqa: E402

STEPS = r"""
(setq make-backup-files nil create-lockfiles nil eglot-sync-connect 20 eglot-autoshutdown nil)
(defun wait-for (what fits)
  (let ((end (+ (float-time) 20)) (seen nil))
    (while (and (not (setq seen (funcall fits))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (unless seen (message "never: %s" what) (kill-emacs 1))
    seen))
(defun found () (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
(defun open-in-eglot (path)
  (find-file path)
  (nxml-mode)
  (call-interactively #'eglot)
  (flymake-mode 1))
(open-in-eglot wanted-good)
(let ((end (+ (float-time) 2)))
  (while (< (float-time) end) (accept-process-output nil 0.05)))
(flymake-start)
(when (found) (message "the good app has findings: %s" (found)) (kill-emacs 1))
(find-file wanted-bad)
(nxml-mode)
(eglot--maybe-activate-editing-mode)
(flymake-mode 1)
(wait-for "the finding" (lambda () (flymake-start) (cl-some (lambda (text) (string-match-p "PKCE" text)) (found))))
(goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
(let* ((actions (eglot-code-actions (point) (1+ (point)) nil nil))
       (fix (cl-find-if (lambda (action) (string-prefix-p "Set isPkceRequired" (plist-get action :title))) actions)))
  (unless fix (message "no fix among %s" actions) (kill-emacs 1))
  (eglot--apply-workspace-edit (plist-get fix :edit)))
(wait-for "the fix" (lambda () (save-excursion (goto-char (point-min)) (search-forward wanted-right nil t))))
(save-buffer)
(wait-for "silence" (lambda () (flymake-start) (null (found))))
(kill-emacs 0)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--emacs", required=True)
    parser.add_argument("--sflint", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(os.path.realpath(scratch), "project")
        bad, good = project.write(folder)
        # What eglot takes for the project.
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        values = {"bad": bad, "good": good, "right": project.RIGHT}
        steps = os.path.join(scratch, "steps.el")
        with open(steps, "w", encoding="utf-8") as file:
            file.write(project.snippet("Emacs", "elisp"))
            file.writelines(f'(defconst wanted-{name} "{value}")\n' for name, value in values.items())
            file.write(STEPS)
        path = os.path.dirname(os.path.abspath(arguments.sflint)) + os.pathsep + os.environ["PATH"]
        run = subprocess.run([arguments.emacs, "--batch", "-l", "package", "-f", "package-initialize", "-l", steps], cwd=folder,
                             env={**os.environ, "HOME": scratch, "PATH": path}, timeout=120, check=False)
        if run.returncode != 0:
            raise SystemExit("Emacs: not as expected")
        if not project.fixed(folder):
            raise SystemExit("Emacs: the file is not what the fix makes of it")
    print("Emacs: finding, fix, silence; nothing in the good app")


if __name__ == "__main__":
    main()
