namespace Braid.Cli;

/// <summary>The files in which Linux describes itself.</summary>
internal static class SystemFiles
{
    /// <returns>Null if the file does not exist or may not be read.</returns>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The lines of such a file; none if it does not exist.</summary>
    public static string[] LinesOf(string? text) => (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
