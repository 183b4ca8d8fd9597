using Braid.Checking.Memory;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <content>Calls of collections that are not made for several threads.</content>
internal sealed partial class MethodRewriter
{
    /// <summary>Before the call, the object that it is made on counts as read or written. It lies below the arguments, which step aside for that.</summary>
    /// <returns>False if this is no such call.</returns>
    private bool RewriteCollectionCall(Instruction instruction, MethodReference member)
    {
        if (!PlainCollections.Uses(member, out bool writes, out bool decidedLater) || instruction.OpCode.Code == Code.Newobj || HasConstraint(instruction))
        {
            return false;
        }

        if (_flow.IsNew(instruction))
        {
            return true;
        }

        int site = NewSite(instruction, _flow.NameOfArgument(instruction, 0), PointOf(member), SiteTraits.None);
        List<VariableDefinition> aside = [.. member.Parameters.Select((parameter, number) => Scratch(FieldsOf.Plain(GenericContext.Resolve(parameter.ParameterType, member)), number))];
        List<Instruction> code = [];
        foreach (VariableDefinition argument in Enumerable.Reverse(aside))
        {
            code.Add(_il.Create(OpCodes.Stloc, argument));
        }

        code.Add(_il.Create(OpCodes.Dup));
        code.Add(_il.Create(OpCodes.Ldc_I4, site));
        Type hooks = decidedLater ? typeof(CollectionAccess) : typeof(MemoryAccess);
        code.Add(_il.Create(OpCodes.Call, context.Import(hooks, writes ? nameof(MemoryAccess.WriteObject) : nameof(MemoryAccess.ReadObject))));
        foreach (VariableDefinition argument in aside)
        {
            code.Add(_il.Create(OpCodes.Ldloc, argument));
        }

        Instruction first = FirstPrefix(instruction);
        code.Add(Copy(first));
        Replace(first, [.. code]);
        return true;
    }

    /// <summary>
    /// Calls of one kind of collection are scheduling points together, and so are the steps of its enumerators: of several reads without synchronisation
    /// in between only the first can be seen to race, and it is between them that others must come.
    /// </summary>
    private string? PointOf(MethodReference member) =>
        PlainCollections.KindOf(member.DeclaringType) is { } kind ? $"{Module.Assembly.Name.Name}!{kind}" : null;

    private static bool HasConstraint(Instruction instruction) => HasPrefix(instruction, Code.Constrained);

    /// <summary>A local that holds a value for a few instructions, during which those with other numbers are in use. All places of a method share them.</summary>
    private VariableDefinition Scratch(TypeReference type, int number = 0)
    {
        // A parameter of the type and one of the method may have the same name.
        bool isAmbiguous = type.ContainsGenericParameter && method.HasGenericParameters && method.DeclaringType.HasGenericParameters;
        (string, int) key = ($"{type.FullName} of {type.Scope?.Name}", isAmbiguous ? -_scratch.Count - 1 : number);
        if (!_scratch.TryGetValue(key, out VariableDefinition? local))
        {
            local = new VariableDefinition(Import(type));
            method.Body.Variables.Add(local);
            method.Body.InitLocals = true;
            _scratch.Add(key, local);
        }

        return local;
    }
}
