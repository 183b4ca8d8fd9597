using System.Reflection.Metadata;

[assembly: MetadataUpdateHandler(typeof(Braid.Multiprocessing.HotReload))]

namespace Braid.Multiprocessing;

/// <summary>Knows whether the code of this program was changed while it runs, as <c>dotnet watch</c> and debuggers can do.</summary>
/// <remarks>
/// Such a change affects this process only: a worker loads the program's unchanged files and has no way to notice that it runs other code,
/// since the version id of a module does not change either. So from then on nothing is sent to workers.
/// </remarks>
internal static class HotReload
{
    private const int MaxListedTypes = 3;

    private static string? s_changed;   // written by .NET's agent; null while nothing was changed

    // Orders: s_changed stands alone; a request written during the change may still be sent, like one written just before it.

    /// <summary>Called by .NET after a change. The name and the shape are .NET's.</summary>
    /// <param name="updatedTypes">The changed types; null if they are not known.</param>
    internal static void UpdateApplication(Type[]? updatedTypes)
    {
        string[] names = [.. (updatedTypes ?? []).Where(static type => type.FullName?.Contains('<', StringComparison.Ordinal) == false)
            .Take(MaxListedTypes).Select(TypeText.Of)];
        Volatile.Write(ref s_changed, names.Length == 0 ? "" : $" ({string.Join(", ", names)})");
    }

    /// <exception cref="PayloadException">The program's code was changed while it runs.</exception>
    public static void ThrowIfChanged()
    {
        if (Volatile.Read(ref s_changed) is { } changed)
        {
            throw new PayloadException(
                $"The code of this program was changed while it runs, by hot reload{changed}, and workers would run it as it was before. " +
                "Start the program anew: with dotnet watch press Ctrl+R, or use dotnet watch --no-hot-reload.");
        }
    }
}
