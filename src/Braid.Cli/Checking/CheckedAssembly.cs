using System.Reflection;
using System.Runtime.Loader;

namespace Braid.Cli;

/// <summary>An assembly loaded only to name its methods to the checker, which reads the file itself. None of its code runs here.</summary>
internal sealed class CheckedAssembly : AssemblyLoadContext, IDisposable
{
    private readonly string _file;
    private readonly AssemblyDependencyResolver _resolver;

    public CheckedAssembly(string file)
        : base(file, isCollectible: true)
    {
        _file = file;
        _resolver = new AssemblyDependencyResolver(file);
    }

    /// <exception cref="InputMistakeException">The assembly, or one that its type needs, cannot be loaded.</exception>
    public MethodInfo Find(ListedMethod method)
    {
        try
        {
            return (MethodInfo)LoadFromAssemblyPath(_file).ManifestModule.ResolveMethod(method.Token)!;
        }
        catch (Exception refusal) when (refusal is IOException or BadImageFormatException or TypeLoadException)
        {
            throw new InputMistakeException($"{method.FullName} cannot be loaded from {_file}: {refusal.Message}");
        }
    }

    public void Dispose() => Unload();

    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
}
