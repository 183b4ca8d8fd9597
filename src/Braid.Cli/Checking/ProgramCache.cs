namespace Braid.Cli;

/// <summary>
/// Compiled programs, kept from run to run: each in a folder named after everything it was built from. A folder gets its name only once it
/// is complete, so that neither a killed run nor a concurrent one leaves a partial one behind.
/// </summary>
internal sealed class ProgramCache(string root)
{
    private const int Kept = 100;

    /// <summary>The user's cache; in the folder for temporary files if the user has no writable one.</summary>
    public static ProgramCache OfUser()
    {
        string own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        string[] places = [.. new[] { own, Path.GetTempPath() }.Where(static place => place.Length > 0)
            .Select(static place => Path.Combine(place, "braid", "check"))];
        return new ProgramCache(places.FirstOrDefault(CanBeWritten, places[^1]));
    }

    /// <summary>Returns the file that was made for this key before, or makes it now.</summary>
    /// <param name="key">Names everything the file depends on; a name for a folder.</param>
    /// <param name="fileName">The file's name.</param>
    /// <param name="make">Makes it in the folder it is given. If it throws, nothing is kept.</param>
    public string GetOrAdd(string key, string fileName, Action<string> make)
    {
        string folder = Path.Combine(root, key);
        string file = Path.Combine(folder, fileName);
        if (File.Exists(file))
        {
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow);   // the time of last use, by which Prune decides
            return file;
        }

        string unfinished = Path.Combine(root, $"{key}.{Guid.NewGuid():n}");
        Directory.CreateDirectory(unfinished);
        try
        {
            make(unfinished);
            Publish(unfinished, folder, file);
        }
        finally
        {
            Remove(unfinished);
        }

        Prune();
        return file;
    }

    private static void Publish(string unfinished, string folder, string file)
    {
        if (Directory.Exists(folder) && !File.Exists(file))
        {
            Remove(folder);   // it has been partly deleted
        }

        try
        {
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another run has made the same file in the meantime.
        }
    }

    private void Prune()
    {
        IEnumerable<DirectoryInfo> newestFirst = new DirectoryInfo(root).EnumerateDirectories()
            .OrderByDescending(static folder => folder.LastWriteTimeUtc);
        foreach (DirectoryInfo old in newestFirst.Skip(Kept))
        {
            Remove(old.FullName);
        }
    }

    /// <summary>A folder that another run has open cannot be removed, and is left for the next time.</summary>
    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static bool CanBeWritten(string place)
    {
        try
        {
            Directory.CreateDirectory(place);
            using FileStream probe = new(
                Path.Combine(place, $"probe.{Guid.NewGuid():n}"),
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
