namespace Braid.Checking;

/// <summary>A file of known findings: one key per line, with comments after <c>#</c>.</summary>
internal static class Baseline
{
    private const string Head =
        "# Findings of braid check that are known and do not count. Each line is one, without line numbers, so that it survives other " +
        "changes; * stands for anything.";

    /// <exception cref="ArgumentException">The file cannot be read.</exception>
    public static IReadOnlyList<string> Read(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The baseline {file} cannot be read: {refusal.Message}", nameof(file), refusal);
        }
    }

    /// <exception cref="ArgumentException">The file cannot be written.</exception>
    public static void Write(string file, IEnumerable<string> keys)
    {
        try
        {
            File.WriteAllLines(file, [Head, .. keys.Distinct().Order(StringComparer.Ordinal)]);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The baseline {file} cannot be written: {refusal.Message}", nameof(file), refusal);
        }
    }
}
