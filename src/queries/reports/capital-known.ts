/**
 * What was put into shares, in fen, as a query `k`: 折股 and 增资 by their amounts, what an asset
 * was quantified to at its par value, less what was withdrawn; what takes one back is of the same.
 */
export const capitalKnown = `(
    SELECT register, organisation, household, NULL AS shareholder, reference, position, effective,
      amount * 100 AS capital
    FROM read.share_issues
    UNION ALL
    SELECT m.register, m.organisation, m.household, m.shareholder, m.reference, m.position,
      m.effective, CASE m.movement WHEN 'increase' THEN m.amount * 100
        WHEN 'withdrawal' THEN -m.amount * 100
        ELSE round(m.shares * coalesce(o.par_value, m.par_value), 2) * 100 END
    FROM read.share_movements m LEFT JOIN read.share_movements o ON o.reference = m.reverses
    WHERE m.movement IN ('increase', 'withdrawal', 'quantification')) AS k`;
