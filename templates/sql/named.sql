{% for one in named %},
-- What `--{{ one.noun }} {{ one.shown }}` names: that id, or the only one that begins so.
{{ one.step }} AS (
    SELECT
        CASE
            WHEN COUNT(CASE WHEN {{ one.column }} = {{ one.id }} THEN 1 END) > 0 THEN {{ one.id }}
            WHEN COUNT(DISTINCT {{ one.column }}) = 1 THEN MIN({{ one.column }})
            ELSE {{ one.refusal }}
        END AS ID
    FROM entries
    WHERE LEFT(LOWER({{ one.column }}), {{ one.length }}) = {{ one.start }}
){% endfor %}
