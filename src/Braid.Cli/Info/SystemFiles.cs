namespace Braid.Cli;

/// <summary>The files in which Linux tells about itself.</summary>
internal static class SystemFiles
{
    /// <returns>Null if the file is not there, or may not be read.</returns>
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

    /// <summary>The lines of such a file; none when it is not there.</summary>
    public static string[] LinesOf(string? text) => (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
