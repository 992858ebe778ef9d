-- Why: objects without a row are seen by the reconcilers of the foundation now (M11); nothing reads this table any more.
-- Safe online: after every process of the release before it has ended, hence `post`.

DROP TABLE orphan_object;
