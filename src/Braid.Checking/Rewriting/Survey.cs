using System.Reflection;
using System.Runtime.Loader;

namespace Braid.Checking.Rewriting;

/// <summary>Compiles all methods of a rewritten assembly, and the originals of those for which that fails.</summary>
/// <param name="path">The file of the original.</param>
/// <param name="find">Finds the assemblies that it uses.</param>
internal sealed class Survey(string path, Func<AssemblyName, string?> find)
{
    /// <summary>How many methods were compiled.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The methods that .NET accepts in the original and rejects as rewritten, by their tokens in the original. One that was left
    /// unmodified may need something that is rewritten, and then stays with its failure.
    /// </summary>
    public Dictionary<int, LeftMethod> Refused(Assembly assembly, RewrittenAssembly rewritten)
    {
        Dictionary<int, LeftMethod> refused = [];
        Module? original = null;
        foreach (MethodBase method in MethodCompiler.MethodsOf(assembly))
        {
            Count++;
            if (MethodCompiler.Compile(method) is not { } reason)
            {
                continue;
            }

            original ??= new PlainContext(find).LoadFromAssemblyPath(path).ManifestModule;
            int token = rewritten.OriginalOf(method.MetadataToken);
            if (!rewritten.Left.ContainsKey(token) && original.ResolveMember(token) is { } member && Compiles(member))
            {
                refused.TryAdd(token, new LeftMethod(NameOf(member), $"{reason.GetType().Name}: {reason.Message}"));
            }
        }

        return refused;
    }

    /// <summary>A type stands for its static constructor, which it does not have.</summary>
    private static bool Compiles(MemberInfo member) => member is not MethodBase method || MethodCompiler.Compile(method) is null;

    private static string NameOf(MemberInfo member) =>
        member is MethodBase method ? MethodNames.Of(method) : MethodNames.Plain(member.Name);

    /// <summary>Loads originals, and the assemblies that they use if the process does not have them.</summary>
    private sealed class PlainContext(Func<AssemblyName, string?> find) : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            find(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }
}
