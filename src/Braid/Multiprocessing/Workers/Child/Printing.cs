namespace Braid.Multiprocessing;

/// <summary>In a worker: whether anything can have been printed. As long as the assembly of <see cref="Console"/> is not loaded, nothing was, but by native code, and an answer need not ask the system.</summary>
internal static class Printing
{
    private const string ConsoleAssembly = "System.Console";

    private static volatile bool s_isPossible;   // any thread; true forever once it is

    public static bool IsPossible => s_isPossible;

    /// <summary>Begins to watch for the assembly.</summary>
    public static void Watch()
    {
        AppDomain.CurrentDomain.AssemblyLoad += static (_, loaded) => s_isPossible |= IsConsole(loaded.LoadedAssembly);
        s_isPossible |= System.Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), IsConsole);
    }

    private static bool IsConsole(System.Reflection.Assembly assembly) => assembly.GetName().Name == ConsoleAssembly;
}
