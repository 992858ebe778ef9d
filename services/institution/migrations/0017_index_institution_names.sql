-- Why: a search by any part of a name, by initials or pinyin costs the same in 40,000 and in 1,100,000 institutions (A20).
-- Safe online: adds columns, a table that triggers keep, and functions; fills it for the institutions that are there.

ALTER TABLE institution ADD COLUMN search_no integer GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX uq__institution__search_no ON institution (search_no);
ALTER TABLE division ADD COLUMN bare_name text GENERATED ALWAYS AS
    (regexp_replace(name, '(壮族自治区|回族自治区|维吾尔自治区|自治[区州县旗]|林区|[省市县区旗盟])$', '')) STORED;

-- One row for every place in a name where somebody may begin to type, so that a part of a name is the beginning of a row.
-- `stratum` is the rank of a match without the text: rows of one stratum are equally good, a smaller one is better.
CREATE TABLE institution_suffix (
    search_no integer NOT NULL,
    division_code integer NOT NULL,
    stratum smallint NOT NULL,
    suffix text COLLATE "C" NOT NULL
);

-- A name as it is searched, from name_key: letters small, Chinese figures as digits, marks left out. Every character is
-- mapped by itself, so that a part of a name stays a part. services/institution/domain/searched_text.py says the same.
CREATE FUNCTION searched_text(name_key text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(name_key, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ一二三四五六七八九〇零Ü()[]{}<>《》〈〉【】「」『』〔〕·•・-—–_.,、。:;''"“”‘’!?/\&+*#@%^~`|=$',
    'abcdefghijklmnopqrstuvwxyz12345678900v');

-- Where words begin: after places and owners, before what a house is called, and after the names of its own area, which
-- people leave bare (武汉|协和医院). Positions from 1, ascending.
CREATE FUNCTION word_starts(searched text, area_names text[]) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    marked text := searched;
    area text;
BEGIN
    FOREACH area IN ARRAY area_names LOOP
        marked := replace(marked, area, area || '|');
    END LOOP;
    marked := regexp_replace(marked,
        '(自治区|自治州|自治县|省|市|县|区|旗|镇|乡|村|街道|大学|学院|附属|集团|公司)', '\1|', 'g');
    marked := regexp_replace(marked,
        '(人民医院|中心医院|中心卫生院|医院|卫生|诊所|门诊|医务室|中医|中西医|妇幼|妇女|儿童|口腔|眼科|骨科|肿瘤|精神|传染病|康复'
        '|职工|疾病|服务|急救|血站|体检|护理|检验|社区|中心|第)', '|\1', 'g');
    marked := regexp_replace(marked, '\|+(省|市|县|区|自治)', '\1', 'g');
    RETURN (
        SELECT array_agg(DISTINCT 1 + before)
        FROM (
            SELECT coalesce(sum(length(word)) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW), 0)::integer AS before,
                word
            FROM string_to_table(marked, '|') WITH ORDINALITY AS words (word, place)
        ) AS cut
        WHERE word <> ''
    );
END $$;

-- How the rest of a name sounds from each word on: initials and whole syllables. Every usual reading counts, up to 16
-- ways for one name, in which the characters typed first vary first. A character nobody knows how to read is silent.
CREATE FUNCTION name_sounds(searched text, starts integer[]) RETURNS TABLE (start integer, sound text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    readings text[] := ARRAY(
        SELECT coalesce((SELECT h.readings FROM han_reading h WHERE h.letter = l.letter),
            CASE WHEN l.letter >= 'a' AND l.letter <= 'z' THEN l.letter ELSE '' END)
        FROM string_to_table(searched, NULL) WITH ORDINALITY AS l (letter, place) ORDER BY l.place);
    initials text[] := ARRAY[''];
    syllables text[] := ARRAY[''];
BEGIN
    FOR place IN REVERSE cardinality(readings) .. 1 LOOP
        IF strpos(readings[place], ' ') = 0 AND cardinality(syllables) = 1 THEN
            initials[1] := left(readings[place], 1) || initials[1];
            syllables[1] := readings[place] || syllables[1];
        ELSE
            SELECT array_agg(left(way.reading, 1) || way.initials), array_agg(way.reading || way.syllables)
            INTO initials, syllables
            FROM (
                SELECT said.reading, rest.initials, rest.syllables
                FROM unnest(initials, syllables) WITH ORDINALITY AS rest (initials, syllables, rest_place),
                    string_to_table(readings[place], ' ') WITH ORDINALITY AS said (reading, said_place)
                ORDER BY rest_place, said_place LIMIT 16
            ) AS way;
        END IF;
        IF place = ANY (starts) THEN
            start := place;
            FOREACH sound IN ARRAY initials || syllables LOOP
                RETURN NEXT;
            END LOOP;
        END IF;
    END LOOP;
END $$;

-- All rows of one name. A stratum is class * 256 + via * 64 + length * 2 + (1 unless active); class: 0 the beginning of
-- the name, 1 of a word, 2 elsewhere; via: 0 the name, 1 another name, 2 and 3 how they sound; above 16 characters,
-- lengths share three places. services/institution/domain/search_ranking.py says the same.
CREATE FUNCTION name_suffixes(name_key text, area_names text[], other boolean, active boolean)
RETURNS TABLE (stratum smallint, suffix text) LANGUAGE plpgsql STABLE AS $$
DECLARE
    searched text := searched_text(name_key);
    size integer := length(searched);
    starts integer[] := word_starts(searched, area_names);
    base integer := other::integer * 64 + (1 - active::integer)
        + 2 * CASE WHEN size <= 16 THEN size WHEN size <= 20 THEN 17 WHEN size <= 28 THEN 18 ELSE 19 END;
BEGIN
    FOR place IN 1 .. size - 1 LOOP
        stratum := base + CASE WHEN place = 1 THEN 0 WHEN place = ANY (starts) THEN 256 ELSE 512 END;
        suffix := substr(searched, place);
        RETURN NEXT;
    END LOOP;
    RETURN QUERY
    SELECT (base + 128 + CASE WHEN s.start = 1 THEN 0 ELSE 256 END)::smallint, s.sound
    FROM name_sounds(searched, starts) AS s WHERE length(s.sound) >= 2;
END $$;

-- The names of the divisions an institution lies in, without what kind of division they are: 武汉, 江岸.
CREATE FUNCTION area_names(of_division text) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT searched_text(d.bare_name) FROM division d
        WHERE d.code IN (of_division, left(of_division, 4) || '00', left(of_division, 2) || '0000')
          AND length(d.bare_name) >= 2);
END $$;

-- The rows of one institution, if it is one that people may see.
CREATE FUNCTION institution_suffixes(of_id uuid) RETURNS SETOF institution_suffix LANGUAGE sql STABLE AS $$
    WITH here AS (
        SELECT i.id, i.search_no, i.division_code, i.name_key, i.state = 'active' AS active, a.names
        FROM institution i, LATERAL area_names(i.division_code) AS a (names)
        WHERE i.id = of_id AND i.state IN ('issued', 'profile_incomplete', 'active', 'suspended')
    ), named AS (
        SELECT h.*, h.name_key AS key, false AS other FROM here h
        UNION ALL
        SELECT h.*, o.name_key, true FROM here h JOIN institution_alias o ON o.institution_id = h.id
    )
    SELECT DISTINCT n.search_no, n.division_code::integer, s.stratum, s.suffix
    FROM named n, LATERAL name_suffixes(n.key, n.names, n.other, n.active) AS s
$$;

INSERT INTO institution_suffix
SELECT s.* FROM institution i, LATERAL institution_suffixes(i.id) AS s;

-- Ranked: all strata are walked in turn, each from the typed text on.
CREATE INDEX ix__institution_suffix__stratum_suffix ON institution_suffix (stratum, suffix, search_no) INCLUDE (division_code);
-- In an area: all that begin with the typed text in a division.
CREATE INDEX ix__institution_suffix__division_code_suffix ON institution_suffix (division_code, suffix) INCLUDE (stratum, search_no);
CREATE INDEX ix__institution_suffix__search_no ON institution_suffix (search_no);

-- Kept by the database itself, so that no way of changing an institution can forget it.
CREATE FUNCTION refresh_institution_suffixes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    changed uuid;
    changed_no integer;
BEGIN
    IF TG_TABLE_NAME = 'institution' THEN
        changed := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        changed := OLD.institution_id;
    ELSE
        changed := NEW.institution_id;
    END IF;
    -- Who adds a name and who changes the state take turns, or each would index what it alone sees.
    SELECT i.search_no INTO changed_no FROM institution i WHERE i.id = changed FOR NO KEY UPDATE;
    DELETE FROM institution_suffix s WHERE s.search_no = changed_no;
    INSERT INTO institution_suffix SELECT * FROM institution_suffixes(changed);
    RETURN NULL;
END $$;
CREATE TRIGGER institution_suffixes_of_new AFTER INSERT ON institution
    FOR EACH ROW EXECUTE FUNCTION refresh_institution_suffixes();
CREATE TRIGGER institution_suffixes_of_changed AFTER UPDATE ON institution FOR EACH ROW
    WHEN ((OLD.name_key, OLD.state, OLD.division_code) IS DISTINCT FROM (NEW.name_key, NEW.state, NEW.division_code))
    EXECUTE FUNCTION refresh_institution_suffixes();
CREATE TRIGGER institution_suffixes_of_names AFTER INSERT OR UPDATE OR DELETE ON institution_alias
    FOR EACH ROW EXECUTE FUNCTION refresh_institution_suffixes();
