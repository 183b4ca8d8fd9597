using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Braid.Checking.Rewriting;

/// <summary>
/// Makes the statements of a static constructor that make or use certain statics conditional on its running for the first time.
/// </summary>
/// <remarks>
/// The compiler writes statements one after the other. Between two of them nothing lies on the stack and no jump goes across. The condition
/// is the first argument of the method that the body will be moved to.
/// </remarks>
internal sealed class OnceOnly(MethodDefinition constructor)
{
    /// <returns>False if the body has protected regions; nothing is changed then.</returns>
    public bool Guard(IReadOnlyList<FieldDefinition> fields)
    {
        if (constructor.Body.HasExceptionHandlers)
        {
            return false;
        }

        constructor.Body.SimplifyMacros();
        List<(Instruction First, Instruction Last)> statements = Find(fields);
        ILProcessor il = constructor.Body.GetILProcessor();

        // From the end, so that a jump over one statement lands at the condition of the next.
        statements.Reverse();
        foreach ((Instruction first, Instruction last) in statements)
        {
            il.InsertBefore(first, Instruction.Create(OpCodes.Ldarg_0));
            il.InsertBefore(first, Instruction.Create(OpCodes.Brfalse, last.Next));
        }

        constructor.Body.OptimizeMacros();
        return true;
    }

    private List<(Instruction First, Instruction Last)> Find(IReadOnlyList<FieldDefinition> fields)
    {
        List<(Instruction, Instruction)> found = [];
        Dictionary<Instruction, int> depths = [];
        List<(int From, int To)> jumps = Jumps();
        Instruction? first = null;
        bool uses = false;
        int depth = 0;
        int place = 0;
        foreach (Instruction instruction in constructor.Body.Instructions)
        {
            depth = depths.GetValueOrDefault(instruction, depth);
            first ??= instruction;
            uses |= Uses(instruction, fields);
            depth += StackEffect.Pushes(instruction) - StackEffect.Pops(instruction, constructor, depth);
            if (instruction.Operand is Instruction target)
            {
                depths.TryAdd(target, depth);
            }

            place++;
            if (depth != 0 || jumps.Exists(jump => jump.From < place && jump.To > place))
            {
                continue;
            }

            if (uses && instruction.Next is not null)
            {
                found.Add((first, instruction));
            }

            (first, uses) = (null, false);
        }

        return found;
    }

    /// <summary>The jumps as indexes into the code, the lower one first; <c>To</c> is the index before which a jump lands.</summary>
    private List<(int From, int To)> Jumps()
    {
        List<Instruction> code = [.. constructor.Body.Instructions];
        return
        [
            .. code.Where(instruction => instruction.Operand is Instruction)
                .Select(instruction => (code.IndexOf(instruction), code.IndexOf((Instruction)instruction.Operand)))
                .Select(jump => (Math.Min(jump.Item1, jump.Item2), Math.Max(jump.Item1, jump.Item2))),
        ];
    }

    private static bool Uses(Instruction instruction, IReadOnlyList<FieldDefinition> fields) =>
        instruction.Operand is FieldReference reference && reference.Resolve() is { } field && fields.Contains(field);
}
