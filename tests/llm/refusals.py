"""What servers answer when they refuse: status, body, and the kind of fault that it is.

The wordings follow the providers' documentation and the servers' sources.
"""

from dataclasses import dataclass

from calibration.llm.faults import FaultKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    name: str
    status: int
    body: object
    kind: FaultKind


def _openai(name: str, status: int, kind: FaultKind, message: str, code: str | None) -> Refusal:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Refusal(name=name, status=status, body={"error": error}, kind=kind)


def _flat(name: str, status: int, kind: FaultKind, **body: object) -> Refusal:
    return Refusal(name=name, status=status, body=body, kind=kind)


def _anthropic(name: str, status: int, kind: FaultKind, code: str, message: str) -> Refusal:
    error = {"type": code, "message": message}
    return Refusal(name=name, status=status, body={"type": "error", "error": error}, kind=kind)


KEYS = [
    _openai("openai-key", 401, FaultKind.WRONG_KEY, "Incorrect API key.", "invalid_api_key"),
    _openai("country", 403, FaultKind.WRONG_KEY, "Country, region not supported", None),
    _openai("gemini-key", 400, FaultKind.WRONG_KEY, "API key not valid. Please pass one.", None),
    _anthropic(
        "anthropic-key", 401, FaultKind.WRONG_KEY, "authentication_error", "invalid x-api-key"
    ),
    _anthropic(
        "anthropic-permission", 403, FaultKind.WRONG_KEY, "permission_error", "no permission"
    ),
    Refusal(name="page-401", status=401, body="<html>401</html>", kind=FaultKind.WRONG_KEY),
]
QUOTAS = [
    _openai(
        "openai-quota",
        429,
        FaultKind.QUOTA,
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
    ),
    _openai("deepseek-402", 402, FaultKind.QUOTA, "Insufficient Balance", "invalid_request_error"),
    _openai("moonshot", 429, FaultKind.QUOTA, "Suspended.", "exceeded_current_quota_error"),
    _openai("zhipu-1113", 429, FaultKind.QUOTA, "您的账户已欠费，请充值后重试。", "1113"),
    _openai("dashscope-arrears", 400, FaultKind.QUOTA, "Access denied.", "Arrearage"),
    _openai("dashscope-free", 403, FaultKind.QUOTA, "Used up.", "AllocationQuota.FreeTierOnly"),
    _anthropic(
        "anthropic-credit",
        400,
        FaultKind.QUOTA,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API.",
    ),
    _flat(
        "siliconflow-403", 403, FaultKind.QUOTA, code=30001, message="your account balance is low"
    ),
]
MODELS = [
    _openai(
        "openai-model",
        404,
        FaultKind.UNKNOWN_MODEL,
        "The model `model-a` does not exist or you do not have access to it.",
        "model_not_found",
    ),
    _openai("vllm-model", 404, FaultKind.UNKNOWN_MODEL, "The model `x` does not exist.", None),
    _openai(
        "ollama-model", 404, FaultKind.UNKNOWN_MODEL, "model 'x' not found, try pulling it", None
    ),
    _openai("deepseek-model", 400, FaultKind.UNKNOWN_MODEL, "Model Not Exist", None),
    _openai("zhipu-1211", 400, FaultKind.UNKNOWN_MODEL, "模型不存在，请检查模型代码。", "1211"),
    _openai("openrouter", 400, FaultKind.UNKNOWN_MODEL, "x is not a valid model ID", None),
    _openai("openrouter-404", 404, FaultKind.UNKNOWN_MODEL, "No endpoints found for x.", None),
    _openai("project", 403, FaultKind.UNKNOWN_MODEL, "No access to model x", "model_not_found"),
    _flat("siliconflow", 400, FaultKind.UNKNOWN_MODEL, code=20012, message="Model does not exist."),
    _openai("unsupported", 400, FaultKind.UNKNOWN_MODEL, "The model `x` is not supported", None),
    _anthropic("anthropic-model", 404, FaultKind.UNKNOWN_MODEL, "not_found_error", "model: x"),
]
PATHS = [
    _flat("fastapi-404", 404, FaultKind.WRONG_PATH, detail="Not Found"),
    _flat("fastapi-405", 405, FaultKind.WRONG_PATH, detail="Method Not Allowed"),
    Refusal(
        name="nginx-404",
        status=404,
        body="<html><title>404 Not Found</title> our models</html>",
        kind=FaultKind.WRONG_PATH,
    ),
    Refusal(
        name="plain-404-model",
        status=404,
        body="the model is not loaded",
        kind=FaultKind.UNKNOWN_MODEL,
    ),
    Refusal(name="bare-404", status=404, body="404 page not found", kind=FaultKind.WRONG_PATH),
]
CONTEXTS = [
    _openai(
        "openai-context",
        400,
        FaultKind.CONTEXT_OVERFLOW,
        "This model's maximum context length is 8192 tokens. However, your messages resulted in "
        "9001 tokens. Please reduce the length of the messages.",
        "context_length_exceeded",
    ),
    _flat(
        "vllm-context",
        400,
        FaultKind.CONTEXT_OVERFLOW,
        object="error",
        message="This model's maximum context length is 4096 tokens. However, you requested 5000 "
        "tokens (4900 in the messages, 100 in the completion).",
        type="BadRequestError",
        code=400,
    ),
    _openai(
        "deepseek-context",
        400,
        FaultKind.CONTEXT_OVERFLOW,
        "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens.",
        "invalid_request_error",
    ),
    _openai(
        "dashscope-context",
        400,
        FaultKind.CONTEXT_OVERFLOW,
        "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]",
        "invalid_parameter_error",
    ),
    _anthropic(
        "anthropic-context",
        400,
        FaultKind.CONTEXT_OVERFLOW,
        "invalid_request_error",
        "prompt is too long: 210000 tokens > 200000 maximum",
    ),
    _openai(
        "moonshot-context",
        400,
        FaultKind.CONTEXT_OVERFLOW,
        "Invalid request: Your request exceeded model token limit: 8192",
        None,
    ),
    _openai("llama-cpp", 400, FaultKind.CONTEXT_OVERFLOW, "Too long.", "exceed_context_size_error"),
    _openai("zhipu-1261", 400, FaultKind.CONTEXT_OVERFLOW, "Prompt 超长", "1261"),
    _openai(
        "gemini-context",
        400,
        FaultKind.CONTEXT_OVERFLOW,
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        None,
    ),
]
PARAMETERS = [
    _openai(
        "schema-openai",
        400,
        FaultKind.SCHEMA_REFUSED,
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this "
        "model.",
        None,
    ),
    _openai(
        "schema-deepseek",
        400,
        FaultKind.SCHEMA_REFUSED,
        "This response_format type is unavailable now",
        "invalid_request_error",
    ),
    _flat(
        "schema-422",
        422,
        FaultKind.SCHEMA_REFUSED,
        detail=[{"loc": ["body", "response_format"], "msg": "extra fields not permitted"}],
    ),
    _openai(
        "parameter",
        400,
        FaultKind.BAD_REQUEST,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        "unsupported_parameter",
    ),
    _openai("images", 400, FaultKind.BAD_REQUEST, "This model does not support images", None),
    _openai("top_k", 400, FaultKind.BAD_REQUEST, "The model was given an unknown field", None),
    _flat("422", 422, FaultKind.BAD_REQUEST, detail=[{"loc": ["body", "top_p"], "msg": "too big"}]),
    Refusal(name="page-400", status=400, body="<html>Bad Request", kind=FaultKind.BAD_REQUEST),
    Refusal(name="413", status=413, body="<html>too large", kind=FaultKind.REQUEST_TOO_LARGE),
    _anthropic("413-json", 413, FaultKind.REQUEST_TOO_LARGE, "request_too_large", "Too large."),
    Refusal(name="418", status=418, body="", kind=FaultKind.BAD_REQUEST),
]
FILTERS = [
    _openai(
        "dashscope-filter",
        400,
        FaultKind.INPUT_FILTERED,
        "Input data may contain inappropriate content.",
        "data_inspection_failed",
    ),
    _openai("azure-filter", 400, FaultKind.INPUT_FILTERED, "Filtered.", "content_filter"),
    _openai("deepseek-filter", 400, FaultKind.INPUT_FILTERED, "Content Exists Risk", None),
    _openai("zhipu-1301", 400, FaultKind.INPUT_FILTERED, "系统检测到输入内容", "1301"),
    _openai("openrouter-filter", 403, FaultKind.INPUT_FILTERED, "Your input was flagged", None),
]
BUSY = [
    _openai("429", 429, FaultKind.RATE_LIMITED, "Rate limit reached for model-a", None),
    _openai(
        "dashscope-pace",
        429,
        FaultKind.RATE_LIMITED,
        "Allocated quota exceeded, please increase your quota limit.",
        "insufficient_quota",
    ),
    Refusal(name="429-empty", status=429, body="", kind=FaultKind.RATE_LIMITED),
    _openai("moonshot-busy", 429, FaultKind.OVERLOADED, "Busy", "engine_overloaded_error"),
    Refusal(name="408", status=408, body="", kind=FaultKind.TIMEOUT),
    Refusal(name="409", status=409, body="", kind=FaultKind.CONFLICT),
    _openai("500", 500, FaultKind.SERVER_ERROR, "The server had an error", "server_error"),
    Refusal(name="502-page", status=502, body="<html>Bad Gateway", kind=FaultKind.SERVER_ERROR),
    Refusal(name="503", status=503, body="no healthy upstream", kind=FaultKind.OVERLOADED),
    Refusal(name="504", status=504, body="<html>Gateway Timeout", kind=FaultKind.TIMEOUT),
    Refusal(name="524", status=524, body="", kind=FaultKind.TIMEOUT),
    _anthropic("529", 529, FaultKind.OVERLOADED, "overloaded_error", "Overloaded"),
]
REFUSALS = [*KEYS, *QUOTAS, *MODELS, *PATHS, *CONTEXTS, *PARAMETERS, *FILTERS, *BUSY]
