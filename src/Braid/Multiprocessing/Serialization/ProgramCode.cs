using System.Reflection;
using System.Runtime.Loader;

namespace Braid.Multiprocessing;

/// <summary>Loads the assemblies that the program is made of: those that its own refers to, and those that these refer to, all the way down.</summary>
/// <remarks>
/// A result never makes the program load code: the worker that names it may be fenced because it is not trusted. .NET loads an assembly at the first mention
/// of what is in it, though, so what is loaded when a result arrives is chance, and an exception would keep its type or not by that chance. So the program loads
/// all that it was built with, beside the start of its first process; no code runs by being loaded. Then a type that a result names is found or it is foreign.
/// </remarks>
internal static class ProgramCode
{
    private static readonly Lazy<bool> s_loaded = new(Load);
    private static readonly ServiceThread s_loader = new("Braid.Loader", WaitUntilLoaded);

    /// <summary>Begins to load what is not loaded yet. A worker needs nothing of it: it loads what its parent names.</summary>
    public static void BeginLoading()
    {
        if (!WorkerMain.IsWorker && !s_loader.IsStarted)
        {
            s_loader.TryEnsureStarted();        // else whoever waits for it does it
        }
    }

    /// <summary>Blocks until all of the program is loaded.</summary>
    public static void WaitUntilLoaded() => _ = s_loaded.Value;

    private static bool Load()
    {
        HashSet<string>? known = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(static path => Path.GetFileNameWithoutExtension(path)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var found = new Stack<Assembly>(Assembly.GetEntryAssembly() is { } program ? [program, typeof(ProgramCode).Assembly] : AssemblyLoadContext.Default.Assemblies);
        while (found.TryPop(out Assembly? assembly))
        {
            foreach (AssemblyName reference in assembly.IsDynamic ? [] : assembly.GetReferencedAssemblies())
            {
                // One that does not lie beside the program is not asked for: that would call whoever helps to find assemblies.
                if (seen.Add(reference.Name ?? "") && (known?.Contains(reference.Name ?? "") ?? true) && TryLoad(reference) is { } loaded)
                {
                    found.Push(loaded);
                }
            }
        }

        return true;
    }

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(name);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            return null;    // the program does without it as well
        }
    }
}
