using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Holds the rewritten copies of the assembly under check and of what it uses.</summary>
/// <remarks>
/// It rewrites every assembly that lies beside the one under check or that its dependencies name, whatever its name, except this library
/// and those that run tests; and those of .NET's own that contain waiting code and are not its core. All others are shared with the
/// process, and <see cref="NotExamined"/> names those of them that are not .NET's own. Rewritten images are kept for further contexts.
/// </remarks>
internal sealed class SubjectContext : AssemblyLoadContext
{
    private static readonly ConcurrentDictionary<string, Lazy<RewrittenAssembly>> s_rewritten = new();

    // By the same key: the methods, by token, that .NET does not compile once rewritten. Each value is replaced as a whole.
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<int, LeftMethod>> s_refused = new();

    // Those of .NET's own that are not thread-safe: their callers answer for their races. An assembly that exposes a type of one of these
    // to the program has to be among them, because the rewritten copy's type is a different one. That excludes the old collections, which
    // .NET's other assemblies have in their signatures.
    private static readonly string[] s_notThreadSafe =
    [
        "System.Collections", "System.Linq", "System.Linq.AsyncEnumerable", "System.Linq.Parallel", "System.Linq.Queryable",
        "System.Reflection.Metadata",
    ];

    private static readonly string[] s_framework =
    [
        "System.Collections.Concurrent", "System.Threading", "System.Threading.Channels", "System.Threading.Tasks.Dataflow",
        "System.Threading.Tasks.Parallel", "System.IO.Pipelines", "System.Collections.Immutable",
        .. s_notThreadSafe,
    ];

    private static readonly string s_frameworkFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    // The checker itself, which rewritten code calls.
    private static readonly string[] s_checker =
        ["Braid.Checking", "Braid.Checking.Xunit", "Mono.Cecil", "Mono.Cecil.Pdb", "Mono.Cecil.Mdb", "Mono.Cecil.Rocks"];

    // Test frameworks. If one runs in this process, its statics know which test runs, so the program gets it unmodified.
    private static readonly string[] s_runners =
    [
        "xunit.v3.core", "xunit.v3.common", "xunit.v3.runner", "xunit.core", "xunit.execution", "xunit.abstractions", "xunit.runner",
        "Microsoft.Testing.", "Microsoft.TestPlatform.", "Microsoft.VisualStudio.TestPlatform.", "MSTest.", "nunit.", "NUnit3.", "testhost",
    ];

    private readonly AssemblyDependencyResolver _dependencies;
    private readonly Packages _packages;
    private readonly string _folder;

    // Guarded by a lock on _loaded: .NET loads on any thread that needs an assembly.
    private readonly SortedSet<string> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedSet<string> _notExamined = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(Assembly Assembly, RewrittenAssembly Rewritten, string Path)> _rewritten = [];
    private int _surveyed;      // how many of them have been surveyed; used by the exploring thread only
    private readonly List<Action> _resets = [];
    private readonly List<Action> _threadResets = [];

    public SubjectContext(string path)
        : base($"check {Path.GetFileName(path)}")
    {
        _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        _dependencies = new AssemblyDependencyResolver(path);
        _packages = Packages.Beside(path);
        Subject = LoadRewritten(Path.GetFullPath(path), isFramework: false, isPackage: false);
    }

    /// <summary>Whether reports show only the program's calls of an assembly, given by name or file name.</summary>
    public static bool IsLibrary(string name)
    {
        string plain = name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
        return plain == "Braid" || s_framework.Contains(plain);
    }

    /// <summary>Whether an assembly in this context belongs to a package, or is one of .NET's own.</summary>
    public bool IsOfPackage(Assembly assembly) => assembly.GetName().Name is { } name && (_packages.Contains(name) || IsLibrary(name));

    /// <summary>Whether an assembly of .NET's own is thread-safe, and answers for its own races.</summary>
    public static bool IsMadeForThreads(string name) => s_framework.Contains(name) && !s_notThreadSafe.Contains(name);

    /// <summary>Whether a file is one of .NET's own assemblies that are used unmodified.</summary>
    public static bool IsUsedUnmodified(string file) =>
        Path.GetDirectoryName(file) == s_frameworkFolder && !s_framework.Contains(Path.GetFileNameWithoutExtension(file));

    /// <summary>Names of the assemblies that have been rewritten so far.</summary>
    public IReadOnlyList<string> Examined => Snapshot(_loaded);

    /// <summary>Names of the assemblies beside the program that were used unmodified.</summary>
    public IReadOnlyList<string> NotExamined => Snapshot(_notExamined);

    /// <summary>Methods that run unmodified in assemblies that were rewritten.</summary>
    public IReadOnlyList<LeftMethod> Left
    {
        get
        {
            lock (_loaded)
            {
                return [.. _rewritten.SelectMany(static loaded => loaded.Rewritten.Left.Values)];
            }
        }
    }

    /// <summary>
    /// Whether a static constructor was cut off in its midst. Further runs of the same body show that again, but runs of other bodies must
    /// not.
    /// </summary>
    public bool IsSpoiled { get; private set; }

    /// <summary>The rewritten copy of the assembly under check.</summary>
    public Assembly Subject { get; }

    /// <summary>
    /// Has .NET compile everything that was rewritten. Further contexts leave unmodified what .NET rejects although it accepts the
    /// original.
    /// </summary>
    /// <remarks>
    /// This can take seconds, so it is done only when a run has shown that something is rejected, and once for each assembly: what is not
    /// found then is the program's own fault.
    /// </remarks>
    /// <returns>Whether there is any such method; this context must not be used any longer then.</returns>
    public bool Survey()
    {
        (Assembly Assembly, RewrittenAssembly Rewritten, string Path)[] loaded;
        lock (_loaded)
        {
            loaded = [.. _rewritten.Skip(_surveyed)];
        }

        _surveyed += loaded.Length;

        bool found = false;
        foreach ((Assembly assembly, RewrittenAssembly rewritten, string path) in loaded)
        {
            Dictionary<int, LeftMethod> refused = new Survey(path, FindOwn).Refused(assembly, rewritten);
            if (refused.Count > 0)
            {
                found = true;
                s_refused[Key(path)] = refused.Concat(rewritten.Left).ToDictionary();
                s_rewritten.TryRemove(Key(path), out _);
            }
        }

        return found;
    }

    /// <summary>Called for each type whose statics are initialized. Runs happen one at a time, so there is no lock.</summary>
    public void AddReset(Action reset) => _resets.Add(reset);

    public void Spoil() => IsSpoiled = true;

    public void AddThreadReset(Action reset) => _threadResets.Add(reset);

    /// <summary>Resets all statics that any run has used to their first state.</summary>
    public void ResetStatics() => CallAll(_resets);

    /// <summary>Like <see cref="ResetStatics"/>, for the calling thread's own.</summary>
    public void ResetThreadStatics() => CallAll(_threadResets);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        if (s_framework.Contains(name))
        {
            return LoadRewritten(Path.Combine(s_frameworkFolder, $"{name}.dll"), isFramework: true, isPackage: false);
        }

        if (s_checker.Contains(name) || FindOwn(assemblyName) is not { } path)
        {
            return LoadShared(assemblyName);
        }

        if (!RunsTestsHere(name))
        {
            try
            {
                return LoadRewritten(path, isFramework: false, _packages.Contains(name));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // It cannot be read, written or loaded. The program gets it unmodified, or .NET reports what is wrong with it.
            }
        }

        lock (_loaded)
        {
            _notExamined.Add(name);
        }

        return LoadShared(assemblyName);
    }

    /// <summary>Like <see cref="Survey"/>, for the assembly under check alone; the result is not kept.</summary>
    /// <returns>How many methods were compiled, and those that .NET rejected or that could not be rewritten.</returns>
    public (int Compiled, IReadOnlyDictionary<int, LeftMethod> Left) SurveySubject()
    {
        (Assembly assembly, RewrittenAssembly rewritten, string path) = _rewritten[0];
        var survey = new Survey(path, FindOwn);
        Dictionary<int, LeftMethod> refused = survey.Refused(assembly, rewritten);
        return (survey.Count, refused.Concat(rewritten.Left).ToDictionary());
    }

    private static bool RunsTestsHere(string name) =>
        Array.Exists(s_runners, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        && Default.Assemblies.Any(loaded => string.Equals(loaded.GetName().Name, name, StringComparison.OrdinalIgnoreCase));

    private static void CallAll(List<Action> resets)
    {
        // A reset may use a type for the first time, and that type is then in its first state already.
        int count = resets.Count;
        for (int i = 0; i < count; i++)
        {
            resets[i]();
        }
    }

    /// <summary>
    /// Loads an assembly that is not rewritten: the process's own copy if it has one, otherwise the one beside the subject.
    /// </summary>
    private Assembly? LoadShared(AssemblyName name)
    {
        try
        {
            return Default.LoadFromAssemblyName(name);
        }
        catch (FileNotFoundException) when (FindOwn(name) is not null)
        {
            return LoadFromAssemblyPath(FindOwn(name)!);
        }
    }

    private Assembly LoadRewritten(string path, bool isFramework, bool isPackage)
    {
        Lazy<RewrittenAssembly> lazy = s_rewritten.GetOrAdd(
            Key(path), _ => new Lazy<RewrittenAssembly>(() => Rewrite(path, isFramework, isPackage)));
        RewrittenAssembly rewritten = lazy.Value;
        using var image = new MemoryStream(rewritten.Image);
        using MemoryStream? symbols = rewritten.Symbols is null ? null : new MemoryStream(rewritten.Symbols);
        lock (_loaded)
        {
            _loaded.Add(Path.GetFileNameWithoutExtension(path));
            Assembly assembly = LoadFromStream(image, symbols);
            _rewritten.Add((assembly, rewritten, path));
            return assembly;
        }
    }

    private static string Key(string path) => $"{path}|{File.GetLastWriteTimeUtc(path).Ticks}";

    private string[] Snapshot(SortedSet<string> names)
    {
        lock (_loaded)
        {
            return [.. names];
        }
    }

    private RewrittenAssembly Rewrite(string path, bool isFramework, bool isPackage)
    {
        using var resolver = new CecilResolver(FindFile);
        IReadOnlyDictionary<int, LeftMethod> refused = s_refused.GetValueOrDefault(Key(path)) ?? new Dictionary<int, LeftMethod>();
        return new AssemblyRewriter(resolver).Rewrite(path, isFramework, isPackage, refused);
    }

    private string? FindOwn(AssemblyName name)
    {
        string? path = _dependencies.ResolveAssemblyToPath(name) ?? Path.Combine(_folder, $"{name.Name}.dll");
        return File.Exists(path) ? path : null;
    }

    private string? FindFile(AssemblyNameReference reference)
    {
        string framework = Path.Combine(s_frameworkFolder, $"{reference.Name}.dll");
        return FindOwn(new AssemblyName(reference.Name)) ?? (File.Exists(framework) ? framework : null);
    }
}
