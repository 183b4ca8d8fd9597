using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Marks the builds of the program's assemblies that the fields of a type come from, all the way down; 0 where only .NET's own types are involved.</summary>
internal static class BuildStamp
{
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

    /// <remarks>Fields are taken from the definition of a generic type: those of its instances have no end where a type holds itself with other arguments (<c>class Node&lt;T&gt; { Node&lt;Node&lt;T&gt;&gt;? Next; }</c>).</remarks>
    private static void Collect(Type type, HashSet<Type> seen, HashSet<Module> modules)
    {
        if (type.IsGenericParameter)
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

        Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (seen.Add(definition) && !Origin.IsFramework(definition))
        {
            modules.Add(definition.Module);
            foreach (FieldInfo field in FieldList.FieldsOf(definition))
            {
                Collect(field.FieldType, seen, modules);
            }
        }
    }
}
