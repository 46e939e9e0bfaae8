"""Where providers call us."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from stripe import SignatureVerificationError, WebhookSignature


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """404 where no key is set, 400 for a bad signature; no event is expected while cards are not offered."""
    if not settings.STRIPE_SECRET_KEY or not settings.STRIPE_WEBHOOK_SECRET:
        raise Http404
    signature = request.headers.get("Stripe-Signature", "")
    try:
        WebhookSignature.verify_header(request.body.decode(), signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=300)
    except (SignatureVerificationError, UnicodeDecodeError):
        return HttpResponseBadRequest("bad signature\n", content_type="text/plain")
    return HttpResponse(status=204)
