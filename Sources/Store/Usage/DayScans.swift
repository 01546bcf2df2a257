import Units

/// Questions to `usage_day`, whose rows lie by day, then account: what an account has is looked up day by day.
enum DayScans {
    /// Rows of an account, bound as ?1, from a day, bound as ?2, to a day, bound as ?3. O(days of the range that are
    /// between the first and the last one stored).
    static let ofOneAccount = """
        WITH RECURSIVE date (number) AS (
            SELECT max(?2, (SELECT min(day) FROM usage_day))
            UNION ALL SELECT number + 1 FROM date WHERE number < min(?3, (SELECT max(day) FROM usage_day)))
        SELECT usage_day.* FROM date CROSS JOIN usage_day ON day = number WHERE account = ?1 AND day <= ?3
        """

    /// Rows of all accounts from a day, bound as ?2, to a day, bound as ?3.
    static let ofAll = "SELECT * FROM usage_day WHERE day BETWEEN ?2 AND ?3"
}
