using System.Reflection;
using System.Runtime.Loader;

namespace Braid.Multiprocessing;

/// <summary>Where a type comes from, and whether another process can find it there.</summary>
internal static class Origin
{
    /// <summary>Whether the type is .NET's, whose private state is nobody's to copy: it holds caches, handles and hash codes of this process.</summary>
    public static bool IsFramework(Type type)
    {
        string name = type.Assembly.GetName().Name ?? "";
        return name is "System" or "mscorlib" or "netstandard" || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);
    }

    /// <summary>Why the module cannot be found by another process; null if it can.</summary>
    public static string? WhyUnreachable(Module module) =>
        module.Assembly.IsDynamic ? "its code was generated while this process ran, and exists nowhere else. Use a method of the program"
        : module.Assembly.IsCollectible ? $"its assembly {module.Assembly.GetName().Name} can be unloaded, and other processes do not have it. Use a method of the program"
        : AssemblyLoadContext.GetLoadContext(module.Assembly) is { } context && context != AssemblyLoadContext.Default
            ? $"its assembly {module.Assembly.GetName().Name} was loaded into a context of its own ({context.Name ?? "without a name"}), where other processes do not find it. Reference the assembly from the program"
        : null;
}
