namespace Braid.Cli;

/// <summary>The findings as lines, for pipes and files: a name and the finding, of any length.</summary>
internal static class InfoText
{
    public static void Write(SystemInfo info, TextWriter output)
    {
        InfoRow[] rows = [.. InfoRow.Of(info)];
        int width = rows.Max(static row => row.Name.Length);
        foreach (InfoRow row in rows)
        {
            output.WriteLine($"{row.Name.PadRight(width)}  {row.Value}");
        }
    }
}
