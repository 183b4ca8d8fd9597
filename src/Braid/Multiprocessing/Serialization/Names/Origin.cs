using System.Reflection;
using System.Runtime.Loader;

namespace Braid.Multiprocessing;

/// <summary>Where a type comes from, and whether another process can find it there.</summary>
internal static class Origin
{
    private const string SharedFrameworks = "/shared/";

    // What Microsoft signs .NET with. Signed packages of other vendors have keys of their own, and a program that is merely called Microsoft.Something has none.
    private static readonly string[] s_keysOfDotNet = ["7CEC85D7BEA7798E", "B03F5F7F11D50A3A", "B77A5C561934E089", "CC7B13FFCD2DDD51", "31BF3856AD364E35", "ADB9793829DDAE60"];

    private static readonly ConditionalWeakTable<Assembly, StrongBox<bool>> s_known = [];
    private static readonly string? s_sharedFolder = FindSharedFolder();

    /// <summary>Whether the type is .NET's, whose private state is not ours to copy: it holds caches, handles and hash codes of this process.</summary>
    /// <remarks>The place of the assembly decides, or its signature where .NET is deployed beside the program; its name alone proves nothing.</remarks>
    public static bool IsFramework(Type type) => s_known.GetValue(type.Assembly, static assembly => new StrongBox<bool>(IsOfDotNet(assembly))).Value;

    /// <summary>Whether programs can name the type, or the generic one that it is made of: what it is made for may be the program's own secret.</summary>
    public static bool IsVisible(Type type) => (type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type).IsVisible;

    /// <summary>The type as programs know it: of a class that only .NET can name, the nearest base that programs can.</summary>
    public static Type VisibleType(Type type)
    {
        while (!IsVisible(type) && IsFramework(type) && type.BaseType is { } parent)
        {
            type = parent;
        }

        return type;
    }

    /// <summary>Why the module cannot be found by another process; null if it can.</summary>
    public static string? WhyUnreachable(Module module) =>
        module.Assembly.IsDynamic ? "its code was generated while this process ran, and exists nowhere else. Use a method of the program"
        : module.Assembly.IsCollectible ? $"its assembly {module.Assembly.GetName().Name} can be unloaded, and other processes do not have it. Use a method of the program"
        : AssemblyLoadContext.GetLoadContext(module.Assembly) is { } context && context != AssemblyLoadContext.Default
            ? $"its assembly {module.Assembly.GetName().Name} was loaded into a context of its own ({context.Name ?? "without a name"}), where other processes do not find it. Reference the assembly from the program"
        : null;

    private static bool IsOfDotNet(Assembly assembly)
    {
        if (assembly.IsDynamic)
        {
            return false;
        }

        AssemblyName name = assembly.GetName();
        return (s_sharedFolder is not null && assembly.Location.StartsWith(s_sharedFolder, StringComparison.Ordinal))
            || (name.Name is { } simple && (simple is "mscorlib" or "netstandard" or "WindowsBase" or "System" || simple.StartsWith("System.", StringComparison.Ordinal) || simple.StartsWith("Microsoft.", StringComparison.Ordinal))
                && Array.IndexOf(s_keysOfDotNet, Convert.ToHexString(name.GetPublicKeyToken() ?? [])) >= 0);
    }

    /// <summary>The folder that holds the shared frameworks; null when .NET lies beside the program, or inside its file.</summary>
    private static string? FindSharedFolder()
    {
        string core = typeof(object).Assembly.Location;
        int end = core.LastIndexOf($"{SharedFrameworks}Microsoft.NETCore.App/", StringComparison.Ordinal);
        return end < 0 ? null : core[..(end + SharedFrameworks.Length)];
    }
}
