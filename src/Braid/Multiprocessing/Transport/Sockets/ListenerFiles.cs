using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>The files of listeners of this process that are not closed, and the folders made for them: none is left at its end.</summary>
/// <remarks>Only a process that is killed leaves its own behind.</remarks>
internal static class ListenerFiles
{
    private static readonly ConcurrentDictionary<string, bool> s_made = new(StringComparer.Ordinal);   // by path: whether it is a folder

    static ListenerFiles() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (string path in s_made.Keys)
        {
            Remove(path);
        }
    };

    /// <param name="path">The full path: the current folder may change until the listener is closed.</param>
    /// <param name="isFolder">Whether it is the folder that was made for a socket, and not the socket.</param>
    public static void Add(string path, bool isFolder) => s_made[path] = isFolder;

    public static void Remove(string path)
    {
        if (!s_made.TryRemove(path, out bool isFolder))
        {
            return;
        }

        try
        {
            if (isFolder)
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another program has removed the folder, or its rights: the address is gone all the same once the socket is closed.
        }
    }
}
