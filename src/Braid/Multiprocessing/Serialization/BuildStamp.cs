using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Marks the builds of the program's assemblies that the fields of a type come from, all the way down; 0 where only .NET's own types are involved.</summary>
internal static class BuildStamp
{
    public static uint Of<T>() => PerType<T>.Stamp;

    public static uint Compute(Type type)
    {
        var modules = new HashSet<Module>();
        Collect(type, [], modules);
        return modules.Aggregate(0u, (stamp, module) => stamp ^ BitConverter.ToUInt32(module.ModuleVersionId.ToByteArray()));
    }

    public static void Check(Type type, ulong written, uint here)
    {
        if (written != here)
        {
            throw new PayloadException($"The payload holds a {TypeText.Of(type)} of another build of the program (stamp {written:x}, here {here:x}), or something else altogether. Start the program anew after its files were replaced.");
        }
    }

    private static void Collect(Type type, HashSet<Type> seen, HashSet<Module> modules)
    {
        if (!seen.Add(type))
        {
            return;
        }

        if (type.HasElementType)
        {
            Collect(type.GetElementType()!, seen, modules);
            return;
        }

        foreach (Type argument in type.GetGenericArguments())
        {
            Collect(argument, seen, modules);
        }

        if (!Origin.IsFramework(type))
        {
            modules.Add(type.Module);
            foreach (FieldInfo field in FieldList.FieldsOf(type))
            {
                Collect(field.FieldType, seen, modules);
            }
        }
    }

    private static class PerType<T>
    {
        public static readonly uint Stamp = Compute(typeof(T));
    }
}
