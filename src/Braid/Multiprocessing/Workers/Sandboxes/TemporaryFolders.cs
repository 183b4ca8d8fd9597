namespace Braid.Multiprocessing;

/// <summary>The temporary folders of processes in sandboxes.</summary>
internal static class TemporaryFolders
{
    private const string Prefix = "braid-";

    /// <summary>Creates an empty folder that only this user may enter.</summary>
    /// <exception cref="WorkerStartException">The system refuses.</exception>
    public static string Create()
    {
        try
        {
            return Directory.CreateTempSubdirectory(Prefix).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WorkerStartException($"A process cannot get a temporary folder of its own: {exception.Message}", exception);
        }
    }

    /// <summary>Deletes a folder and all that is in it; links are deleted, and not followed. May take long.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ServiceThread.Report($"The temporary folder {folder} of a process in a sandbox is left behind", exception);
        }
    }
}
