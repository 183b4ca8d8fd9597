using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.Loader;

namespace Braid.Multiprocessing;

/// <summary>Where a type comes from, and whether another process can find it.</summary>
internal static class Origin
{
    private const string SharedFrameworks = "/shared/";

    // The keys with which Microsoft signs .NET. Signed packages of other vendors have their own keys, and a program that is merely called
    // Microsoft.Something has none.
    private static readonly string[] s_keysOfDotNet =
        ["7CEC85D7BEA7798E", "B03F5F7F11D50A3A", "B77A5C561934E089", "CC7B13FFCD2DDD51", "31BF3856AD364E35", "ADB9793829DDAE60"];

    private static readonly ConditionalWeakTable<Assembly, StrongBox<bool>> s_known = [];
    private static readonly string? s_sharedFolder = FindSharedFolder();

    /// <summary>
    /// Whether the type belongs to .NET. Its private state is not ours to copy: it holds caches, handles and hash codes of this process.
    /// </summary>
    /// <remarks>
    /// Decided by the location of the assembly, or by its signature if .NET is deployed beside the program. The name alone proves nothing.
    /// </remarks>
    public static bool IsFramework(Type type) =>
        s_known.GetValue(type.Assembly, static assembly => new StrongBox<bool>(IsOfDotNet(assembly))).Value;

    /// <summary>
    /// Whether programs can name the type, or its definition if it is generic: the type arguments may be private to the program.
    /// </summary>
    public static bool IsVisible(Type type) => (type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type).IsVisible;

    /// <summary>The type as programs know it: for a class that only .NET can name, the nearest base class that programs can name.</summary>
    public static Type VisibleType(Type type)
    {
        while (!IsVisible(type) && IsFramework(type) && type.BaseType is { } parent)
        {
            type = parent;
        }

        return type;
    }

    /// <summary>Why other processes cannot find the module; null if they can.</summary>
    public static string? WhyUnreachable(Module module) =>
        module.Assembly.IsDynamic ? "its code was generated while this process ran, and exists nowhere else. Use a method of the program"
        : module.Assembly.IsCollectible
            ? $"its assembly {module.Assembly.GetName().Name} can be unloaded, and other processes do not have it. Use a method of the " +
                "program"
        : AssemblyLoadContext.GetLoadContext(module.Assembly) is { } context && context != AssemblyLoadContext.Default
            ? $"its assembly {module.Assembly.GetName().Name} was loaded into a context of its own ({context.Name ?? "without a name"}), " +
                "where other processes do not find it. Reference the assembly from the program"
        : null;

    private static bool IsOfDotNet(Assembly assembly)
    {
        if (assembly.IsDynamic)
        {
            return false;
        }

        AssemblyName name = assembly.GetName();
        return (s_sharedFolder is not null && assembly.Location.StartsWith(s_sharedFolder, StringComparison.Ordinal))
            || (name.Name is { } simple && (simple is "mscorlib" or "netstandard" or "WindowsBase" or "System"
                || simple.StartsWith("System.", StringComparison.Ordinal) || simple.StartsWith("Microsoft.", StringComparison.Ordinal))
                && Array.IndexOf(s_keysOfDotNet, Convert.ToHexString(name.GetPublicKeyToken() ?? [])) >= 0);
    }

    /// <summary>The folder that holds the shared frameworks; null if .NET lies beside the program or inside its file.</summary>
    private static string? FindSharedFolder()
    {
        string core = typeof(object).Assembly.Location;
        int end = core.LastIndexOf($"{SharedFrameworks}Microsoft.NETCore.App/", StringComparison.Ordinal);
        return end < 0 ? null : core[..(end + SharedFrameworks.Length)];
    }
}

/// <summary>Finds the assemblies that names refer to by their module version id, which identifies one build.</summary>
internal static class Modules
{
    private static readonly ConcurrentDictionary<Guid, Module> s_modules = new();

    /// <summary>
    /// The simple names of the assemblies that the program, and so each of its workers, finds by name. Empty if they lie in the program's
    /// own file.
    /// </summary>
    private static readonly FrozenSet<string> s_foundByName = ((AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string) ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(static path => Path.GetFileNameWithoutExtension(path))
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How another process of this program finds the assembly: by its full name, or by its path if it was loaded by path, as plug-ins are.
    /// </summary>
    public static string AddressOf(Assembly assembly) =>
        assembly.Location is { Length: > 0 } path && assembly.GetName().Name is { } name && !s_foundByName.Contains(name)
            ? path
            : assembly.FullName!;

    /// <summary>The simple name of the assembly that an address leads to.</summary>
    public static string SimpleName(string address) =>
        Path.IsPathFullyQualified(address) ? Path.GetFileNameWithoutExtension(address) : address.Split(',')[0];

    /// <summary>
    /// Finds the module. A worker loads it if necessary. The program at the top never loads anything because of what arrives: null if the
    /// module is neither part of it nor loaded.
    /// </summary>
    /// <exception cref="PayloadException">It cannot be loaded, or the file found is another build.</exception>
    public static Module? Find(Guid version, string address)
    {
        if (s_modules.TryGetValue(version, out Module? known))
        {
            return known;
        }

        if (FindLoaded(version) is { } loaded)
        {
            return s_modules.GetOrAdd(version, loaded);
        }

        if (!ProcessTable.IsJoined)
        {
            ProgramCode.WaitUntilLoaded();
            return FindLoaded(version) is { } late ? s_modules.GetOrAdd(version, late)
                : AssemblyLoadContext.Default.Assemblies.FirstOrDefault(assembly => assembly.FullName == address) is { } other
                    ? throw OtherBuild(version, other.ManifestModule)
                : null;
        }

        Module module = Load(address).ManifestModule;
        return module.ModuleVersionId == version ? s_modules.GetOrAdd(version, module) : throw OtherBuild(version, module);
    }

    private static PayloadException OtherBuild(Guid version, Module module) => new(
        $"The two processes run different builds of {module.Assembly.GetName().Name}: {version} there, {module.ModuleVersionId} here. " +
        "Its file was replaced while the program ran; start the program anew.");

    /// <summary>Finds the module if it is loaded.</summary>
    public static Module? FindLoaded(Guid version) =>
        AppDomain.CurrentDomain.GetAssemblies().Where(static assembly => !assembly.IsDynamic)
            .Select(static assembly => assembly.ManifestModule)
        .FirstOrDefault(module => module.ModuleVersionId == version && Origin.WhyUnreachable(module) is null);

    private static Assembly Load(string address)
    {
        try
        {
            return Path.IsPathFullyQualified(address) ? Assembly.LoadFrom(address) : Assembly.Load(new AssemblyName(address));
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or ArgumentException)
        {
            throw new PayloadException(
                $"The assembly {address} cannot be loaded here, and a type or method of it has arrived: {exception.Message} Reference it " +
                "from the program, or load it there from a file that stays where it is.",
                exception);
        }
    }
}

/// <summary>
/// Loads the assemblies that the program consists of: those that its own assembly refers to, and those that these refer to, transitively.
/// </summary>
/// <remarks>
/// A result never makes the program load code: the worker that names it may be sandboxed because it is not trusted. However, .NET loads an
/// assembly when code first refers to its contents, so what happens to be loaded when a result arrives is chance, and whether an exception
/// keeps its type would depend on it. So the program loads everything it was built with while its first process starts; loading runs no
/// code. A type that a result names is then either found or foreign.
/// </remarks>
internal static class ProgramCode
{
    private static readonly Lazy<bool> s_loaded = new(Load);
    private static readonly ServiceThread s_loader = new("Braid.Loader", WaitUntilLoaded);

    /// <summary>Begins to load what is not loaded yet. Not needed in a worker, which loads what its parent names.</summary>
    public static void BeginLoading()
    {
        if (!ProcessTable.IsJoined && !s_loader.IsStarted)
        {
            s_loader.TryEnsureStarted();        // otherwise the thread that waits for it does the work
        }
    }

    /// <summary>Blocks until all of the program is loaded.</summary>
    public static void WaitUntilLoaded() => _ = s_loaded.Value;

    private static bool Load()
    {
        HashSet<string>? known = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string)
            ?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(static path => Path.GetFileNameWithoutExtension(path)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var found = new Stack<Assembly>(
            Assembly.GetEntryAssembly() is { } program ? [program, typeof(ProgramCode).Assembly] : AssemblyLoadContext.Default.Assemblies);
        while (found.TryPop(out Assembly? assembly))
        {
            foreach (AssemblyName reference in assembly.IsDynamic ? [] : assembly.GetReferencedAssemblies())
            {
                // Assemblies that do not lie beside the program are not requested: that would call the program's assembly resolvers.
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
