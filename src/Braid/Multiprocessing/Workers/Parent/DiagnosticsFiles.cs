namespace Braid.Multiprocessing;

/// <summary>The files through which .NET's diagnostics tools attach to a process. The runtime deletes them when it ends, but not when it is killed.</summary>
internal static class DiagnosticsFiles
{
    /// <summary>Deletes those of a process that has ended and whose number is still its own.</summary>
    public static void Delete(int pid)
    {
        try
        {
            foreach (string pattern in (string[])[$"dotnet-diagnostic-{pid}-*", $"clr-debug-pipe-{pid}-*"])
            {
                foreach (string file in Directory.EnumerateFiles(Path.GetTempPath(), pattern))
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // They are small, and nothing takes them for a live process.
        }
    }
}
